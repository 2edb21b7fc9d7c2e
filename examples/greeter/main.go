// Command greeter is a mini application: a program of its own that answers at
// http://127.0.0.1:5001/greeter/, or becomes a part of a running Heddle.
package main

import (
	"context"
	"embed"
	"log"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

//go:embed greet.md
var texts embed.FS

type question struct {
	Name string `path:"name" doc:"whom to greet"`
	Loud bool   `query:"loud" doc:"with an exclamation mark"`
}

type greeting struct {
	Text string `json:"text"`
	By   string `json:"by"`
}

func greet(ctx context.Context, q question) (greeting, error) {
	mark := map[bool]string{true: "!"}[q.Loud]
	return greeting{"Hello, " + q.Name + mark, who.From(ctx).Name}, nil
}

var app = rest.Container{Name: "greeter", Root: "/greeter", Title: "Greeter", Doc: "Greets whomever you name.",
	Routes: []rest.Route{rest.Handle("GET /hello/{name}", who.Authenticated, rest.MustReadDoc(texts, "greet.md"), greet)}}

func main() {
	if err := rest.Serve(app); err != nil {
		log.Fatal(err)
	}
}
