// Command slowapp is a mini application that takes its time.
package main

import (
	"log"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

func main() {
	quick := func(w http.ResponseWriter, _ *http.Request) error {
		_, err := w.Write([]byte("quick"))
		return err
	}
	slow := func(_ http.ResponseWriter, r *http.Request) error {
		log.Print("a request has arrived")
		<-r.Context().Done()
		return r.Context().Err()
	}
	err := rest.Serve(rest.Container{Name: "slow", Root: "/slow", Title: "Slow program", Routes: []rest.Route{
		rest.Raw("GET /quick", who.Authenticated, rest.Doc{Title: "At once"}, quick),
		rest.Raw("GET /wait", who.Authenticated, rest.Doc{Title: "Never"}, slow),
	}})
	if err != nil {
		log.Fatal(err)
	}
}
