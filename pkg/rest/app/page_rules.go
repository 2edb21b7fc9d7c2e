package app

import (
	"embed"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/pkg/who"
)

//go:embed pages/*.html
var pageFiles embed.FS

var pageSet = page.Must(pageFiles, "pages/*.html")

// Qualified names of what every container has, as core4's clients know them.
const (
	infoName  = "core4.api.v1.request.standard.info.InfoHandler"
	assetName = "core4.api.v1.request.standard.asset.CoreAssetHandler"
)

// pages are the rules that stand in front of those of every container: its
// listing, the pages about each of its handlers, and their files (section
// 1.6). They are open, and each asks for what its handler demands.
func (s *server) pages() []Rule {
	info := func(title, doc, example string, methods Methods) *Handler {
		return &Handler{Qual: infoName, Title: title, Doc: doc, Author: "Heddle", Methods: methods, Public: true, asks: true, Docs: shows(example)}
	}
	get := func(f func(*Call) (any, error)) Methods { return Methods{http.MethodGet: f} }
	files := func(title, doc, example string, f func(*Call) (any, error)) *Handler {
		return &Handler{Qual: assetName, Title: title, Doc: doc, Author: "Heddle", Methods: get(f), Public: true, asks: true, Docs: shows(example)}
	}
	shipped := files("Files that every page may use", "What the program itself ships, for everybody.", shippedExample, s.defaultAsset)
	shipped.asks = false
	return []Rule{
		{Pattern: "/_info", Handler: info("Applications and endpoints", "Lists the handlers that the caller may use; POST says the versions of their projects.",
			infoExample, Methods{http.MethodGet: s.info, http.MethodPost: versions})},
		{Pattern: `/_info/openapi\.json`, Handler: info("This container in OpenAPI 3.1", "Describes the handlers that the caller may use.", openAPIExample, get(s.openAPI))},
		{Pattern: "/_info/card/{id}", Handler: info("Card of a handler", "Says in short what the handler is: programs get an object, people a card.", cardExample, get(s.card))},
		{Pattern: "/_info/help/{id}", Handler: info("Help about a handler", "Says what each method takes, returns and refuses: programs get an object, people a page.", helpExample, get(s.help))},
		{Pattern: "/_info/enter/{id}", Handler: info("Entrance of a handler", "Where people come in: the handler's own page, its address or its GET.", enterExample, get(s.enter))},
		{Pattern: "/_asset/project/{id}/{file...}", Handler: files("Files of a handler", "What lies in the handler's static directory, for who may use the handler.", assetExample, s.asset)},
		{Pattern: "/_asset/default/{id}/{file...}", Handler: shipped},
	}
}

var errNoResource = fault.New(fault.Missing, "core4.rsc_id", "There is no handler of this rsc_id here.")

// target is the handler that a page of this container is about.
func (c *Call) target() (*Resource, error) {
	for _, r := range c.mapper.resources {
		if r.ID == c.Group("id") && !r.ofPages() {
			return r, nil
		}
	}
	return nil, errNoResource
}

// ofPages reports whether the resource is one of pages.
func (r *Resource) ofPages() bool { return r.Qual == infoName || r.Qual == assetName }

// seen is the target, if the caller may look at it: for its help, its card and
// its files any right to it will do, to enter one needs that to read.
func (s *server) seen(c *Call, entering bool) (*Resource, error) {
	r, err := c.target()
	if err != nil || r.Public {
		return r, err
	}
	if err := who.Authenticated.Check(c.User()); err != nil {
		return nil, err
	}
	if err := s.know(c); err != nil {
		return nil, err
	}
	names := r.permNames()
	if entering && !c.Perms.API(http.MethodGet, names...) || !c.Perms.Pages(names...) {
		return nil, ErrDenied
	}
	return r, nil
}

// lists reports whether the caller sees a handler in listings.
func (c *Call) lists(r *Resource) bool {
	return r.Public || !c.User().Anonymous() && c.Perms.Lists(r.permNames()...)
}

// leadTo sends the client elsewhere without words.
func (c *Call) leadTo(url string) error {
	c.Header().Set("Location", url)
	c.SetStatus(http.StatusFound)
	return c.Finish()
}

// base is what stands before the paths of links to a container.
func (c *Call) base() string {
	if c.server.URLs == nil {
		return ""
	}
	return c.server.URLs(c.r)
}

// pageURL is the address of a page about a resource of this container.
func (r *Resource) pageURL(c *Call, page string) string {
	return c.base() + r.mapper.root + "/_info/" + page + "/" + r.ID
}

func (r *Resource) helpURL(c *Call) string { return r.pageURL(c, "help") }

// enterURL is where people come in.
func (r *Resource) enterURL(c *Call) string {
	if r.EnterURL != "" {
		return r.EnterURL
	}
	return r.pageURL(c, "enter")
}
