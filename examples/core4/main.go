// Command core4 is the containers of core4's manual as a program of their own:
// every feature that a handler has, once. It is a module of its own, as any
// program of yours is.
package main

import (
	"log"

	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/app/demo"
)

func main() {
	if err := app.Serve(demo.Containers()...); err != nil {
		log.Fatal(err)
	}
}
