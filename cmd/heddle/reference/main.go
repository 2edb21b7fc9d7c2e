// Command reference writes the pages of reference, docs/config.md and
// docs/events.md, from what the programs themselves are made of, and
// examples/greeter as `heddle app new` would, with the go.mod of examples/core4. It is part of
// this module because it describes `heddle up` from its own struct. Run it in
// the root of the repository, or with `make gen`.
package main

import (
	"io/fs"
	"log"
	"os"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/newapp"
)

func main() {
	log.SetFlags(0)
	pages, err := render(os.DirFS("."))
	if err != nil {
		log.Fatal(err)
	}
	for path, text := range pages {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			log.Fatal(err)
		}
	}
}

// render gives the pages by their paths in the repository.
func render(repository fs.FS) (map[string][]byte, error) {
	events, err := eventsPage(repository)
	if err != nil {
		return nil, err
	}
	pages := map[string][]byte{"docs/config.md": configPage(), "docs/events.md": events}
	greeter, err := newapp.Files("greeter", repository, "../../pkg")
	if err != nil {
		return nil, err
	}
	for name, text := range greeter {
		pages["examples/greeter/"+name] = text
	}
	core4, err := newapp.Files("core4", repository, "../../pkg")
	for _, name := range []string{"go.mod", "go.sum"} {
		pages["examples/core4/"+name] = core4[name]
	}
	return pages, err
}
