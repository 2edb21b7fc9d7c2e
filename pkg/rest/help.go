package rest

import (
	"cmp"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/who"
)

// Where a program tells of a container, under its root.
const (
	helpPath     = "/_info"
	documentPath = helpPath + "/openapi.json"
)

// documented is the container with a page of help and a document in OpenAPI
// 3.1. Both are made of its table and tell of the routes that who asks may use.
// A container that finds its routes by itself, or has something of its own
// there, stays as it is.
func documented(c Container) Container {
	if c.Find != nil || slices.ContainsFunc(c.Routes, func(r Route) bool { return strings.Contains(r.Pattern, " "+helpPath) }) {
		return c
	}
	told := c
	c.OpenAPI = documentPath
	c.Routes = append(slices.Clone(c.Routes),
		Raw("GET "+helpPath, who.Public, Doc{Title: "Help", Text: "What each route takes and answers, for people: those that who asks may use."}, told.help),
		Raw("GET "+documentPath, who.Public, Doc{Title: "The routes in OpenAPI 3.1", Text: "JSON, made of the same table that serves the requests: the routes that who asks may use."}, told.openAPI))
	if len(c.Cards) == 0 {
		c.Cards = slices.Clone(told.Listing())
		for i := range c.Cards {
			c.Cards[i].Help = c.Root + helpPath
			c.Cards[i].Enter = cmp.Or(c.Cards[i].Enter, c.Cards[i].Help)
		}
	}
	return c
}

// usable is the container with the routes that somebody may use, and whether
// that is all there are.
func (c Container) usable(p who.Principal) (Container, bool) {
	all := len(c.Routes)
	c.Routes = slices.DeleteFunc(slices.Clone(c.Routes), func(r Route) bool {
		return r.Doc.Unlisted || !r.Access.Valid() || r.Access.Check(p) != nil
	})
	return c, len(c.Routes) == all
}

func (c Container) openAPI(w http.ResponseWriter, r *http.Request) error {
	mine, _ := c.usable(who.From(r.Context()))
	text, err := OpenAPI(Info{Title: cmp.Or(c.Title, c.Name), Version: ownVersion(), Doc: c.Doc}, mine)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store") // it is another for everybody
	_, _ = w.Write(text)                        // the client may be gone
	return nil
}

// ownVersion is the program's, as it was built.
func ownVersion() string {
	if b, ok := debug.ReadBuildInfo(); ok && b.Main.Version != "" {
		return b.Main.Version
	}
	return "dev"
}
