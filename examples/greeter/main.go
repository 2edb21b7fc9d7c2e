// Command greeter is a mini application: a program of its own that answers at
// http://127.0.0.1:5001/greeter/, or becomes a part of a running Heddle.
package main

import (
	"context"
	"log"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

type question struct {
	Name string `path:"name" doc:"whom to greet"`
	Loud bool   `query:"loud" doc:"with an exclamation mark"`
}

type greeting struct {
	Text string `json:"text"`
	By   string `json:"by"`
}

func greet(ctx context.Context, q question) (greeting, error) {
	g := greeting{Text: "Hello, " + q.Name, By: who.From(ctx).Name}
	if q.Loud {
		g.Text += "!"
	}
	return g, nil
}

func main() {
	app := rest.Container{Name: "greeter", Root: "/greeter", Title: "Greeter", Doc: "Greets whomever you name.",
		Routes: []rest.Route{rest.Handle("GET /hello/{name}", who.Authenticated, rest.Doc{Title: "Greet somebody"}, greet)}}
	if err := rest.Serve(app); err != nil {
		log.Fatal(err)
	}
}
