package miniapp

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// The bounds of what is told of handlers.
const (
	MaxHandlers     = 200 // of one container
	maxNames        = 8
	maxPatterns     = 20
	maxRes          = 100
	maxHandlerDoc   = 1 << 10   // bytes
	maxRegistration = 192 << 10 // bytes of JSON; a gateway keeps a little more
)

var (
	resource  = regexp.MustCompile(`^[0-9a-f]{32}$`)
	qualified = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)+$`)
)

func (c *check) handler(at string, h Handler) {
	c.that(resource.MatchString(h.ID), at+".id", "must be 32 hexadecimal digits")
	c.that(len(h.Names) <= maxNames, at+".names", "may be %d", maxNames)
	for _, name := range append([]string{h.Qual}, h.Names[:min(len(h.Names), maxNames)]...) {
		c.that(len(name) <= maxText && qualified.MatchString(name), at+".qual", "and names must be words with dots between, such as project.api.Handler")
	}
	c.line(at+".title", h.Title, maxText, true)
	c.line(at+".subtitle", h.Subtitle, maxText, false)
	c.line(at+".author", h.Author, maxText, true)
	c.line(at+".icon", h.Icon, 64, false)
	c.text(at+".doc", h.Doc, maxHandlerDoc)
	c.line(at+".version", h.Version, maxText, false)
	c.line(at+".target", h.Target, 64, false)
	c.tags(at, h.Tags)
	c.that(h.Enter != "", at+".enter", "is required")
	c.links(at, map[string]string{"enter": h.Enter, "help": h.Help})
	c.that(len(h.Patterns) <= maxPatterns, at+".patterns", "may be %d", maxPatterns)
	for _, p := range h.Patterns[:min(len(h.Patterns), maxPatterns)] {
		c.line(at+".patterns", p[0], 2*maxText, true)
		c.line(at+".patterns", p[1], maxText, false)
	}
	c.that(h.Res >= 0 && h.Res <= maxRes, at+".res", "must be from 0 to %d", maxRes)
}

// Fit leaves out of a registration what a gateway would refuse it for: of what
// is told of handlers the longer texts, and handlers beyond those that it
// takes. They are served all the same; left says which are in no listing.
func (r *Registration) Fit() (left []string) {
	for i := range r.Apps {
		var kept []Handler
		for n, h := range r.Apps[i].Handlers {
			h.trim()
			c := &check{}
			c.that(n < MaxHandlers, "handlers", "may be %d", MaxHandlers)
			if c.handler("its", h); c.bad == nil {
				kept = append(kept, h)
				continue
			}
			left = append(left, fmt.Sprintf("%s: %s %s", h.Qual, c.bad[0].Name, c.bad[0].Message))
		}
		r.Apps[i].Handlers = kept
	}
	return append(left, r.shrink()...)
}

// trim shortens the texts whose length tells nothing.
func (h *Handler) trim() {
	h.Doc, h.Subtitle = short(h.Doc, maxHandlerDoc), short(h.Subtitle, maxText)
	h.Tags, h.Patterns = h.Tags[:min(len(h.Tags), maxTags)], h.Patterns[:min(len(h.Patterns), maxPatterns)]
}

func short(text string, most int) string {
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most-len(" …")], "") + " …"
}

// shrink gives up texts, and then handlers, of a registration that is too
// large as a whole.
func (r *Registration) shrink() (left []string) {
	for i := range r.Apps {
		if r.size() <= maxRegistration {
			return nil
		}
		for n := range r.Apps[i].Handlers {
			r.Apps[i].Handlers[n].Doc = ""
		}
	}
	for i := len(r.Apps) - 1; i >= 0 && r.size() > maxRegistration; i-- {
		for _, h := range r.Apps[i].Handlers {
			left = append(left, h.Qual+": the registration is too large")
		}
		r.Apps[i].Handlers = nil
	}
	return left
}

func (r *Registration) size() int {
	text, _ := json.Marshal(r) // texts, lists and booleans: it never fails
	return len(text)
}
