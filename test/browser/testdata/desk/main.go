// Command desk is a mini application with a page for those who have signed in.
package main

import (
	"context"
	"embed"
	"log"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/pkg/who"
)

//go:embed pages
var files embed.FS

var pages = page.Must(files, "pages/*.html")

type desk struct {
	page.Frame
	Who string
}

type order struct {
	ID   string `path:"an_identifier_that_is_long" doc:"of the order, as it was given when the order was sent"`
	Soon bool   `query:"as_soon_as_it_can_be_done" default:"true" doc:"before all others"`
	Body struct {
		Weight float64 `json:"weight" required:"true" doc:"in kilograms"`
	} `body:"json"`
}

func main() {
	show := func(w http.ResponseWriter, r *http.Request) error {
		return pages.Write(w, r, http.StatusOK, "desk", desk{page.Frame{Title: "Desk", Brand: "Desk"}, who.From(r.Context()).Name}, page.Policy{})
	}
	send := func(context.Context, order) (struct{}, error) { return struct{}{}, nil }
	err := rest.Serve(rest.Container{Name: "desk", Root: "/desk", Title: "Desk", Doc: "Takes orders, and shows what became of them.", Routes: []rest.Route{
		rest.Raw("GET /", who.Authenticated, rest.Doc{Title: "The desk", Text: "Shows *your* desk."}, show),
		rest.Handle("POST /orders/with/a/path/that/is/long/{an_identifier_that_is_long}", who.Public, rest.Doc{Title: "Send an order", Author: "Ada"}, send),
	}})
	if err != nil {
		log.Fatal(err)
	}
}
