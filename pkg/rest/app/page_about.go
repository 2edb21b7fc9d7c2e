package app

import (
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/rest/page"
)

// aboutPage is what the pages about handlers show.
type aboutPage struct {
	page.Frame
	About about
	Card  page.Card
	Paths []string // that the handler answers, with the container's root
}

// show answers with one of the pages.
func (c *Call) show(name string, data any) error {
	text, err := pageSet.Render(name, data)
	if err != nil {
		return err
	}
	page.Policy{}.Set(c.Header())
	_, err = c.Writer().Write(text)
	return err
}

func (c *Call) frame(title string) page.Frame {
	return page.Frame{
		Root: c.base(), Title: title, Brand: c.mapper.Title,
		Links: []page.Link{{Text: "Applications", URL: c.base() + c.root + "/_info"}},
	}
}

// help is the documentation of a handler: for programs its meta document.
func (s *server) help(c *Call) (any, error) {
	r, err := s.seen(c, false)
	if err != nil {
		return nil, err
	}
	a := s.about(c, r)
	if c.Prefers() != media.HTML {
		return a, nil
	}
	p := aboutPage{Frame: c.frame(a.Title), About: a}
	for _, path := range a.Pattern {
		p.Paths = append(p.Paths, path[0])
	}
	return nil, c.show("help", p)
}

// card is a handler's own, or the one that every handler has; for programs its
// meta document, without an envelope.
func (s *server) card(c *Call) (any, error) {
	r, err := s.seen(c, false)
	if err != nil {
		return nil, err
	}
	a := s.about(c, r)
	if c.Prefers() != media.HTML {
		type card struct {
			about
			Custom bool `json:"custom_card"`
		}
		return nil, c.Write(http.StatusOK, jsonType, AsJSON(card{a, r.Card != nil}))
	}
	if c.resource = r; r.Card != nil {
		return r.Card(c)
	}
	return nil, c.show("card", aboutPage{Frame: c.frame(a.Title), About: a, Card: s.cardOf(c, r, a.meta)})
}

// cardOf is a card in a page's words.
func (s *server) cardOf(c *Call, r *Resource, m meta) page.Card {
	out := page.Card{
		Title: m.Title, Subtitle: m.Subtitle, Author: m.Author, Tags: m.Tag, URL: m.EnterURL, NewTab: r.Target == "blank",
		Links: []page.Link{{Text: "Help", URL: r.helpURL(c)}},
	}
	if r.EnterURL == "" && r.Enter == nil && !r.static && r.entrance() == nil {
		out.URL = r.helpURL(c)
	}
	return out
}

// enter brings people in: where enter_url says, by the handler's own Enter, to
// the path of static files, or with its GET. Where there is nothing to enter
// they are led to its help.
func (s *server) enter(c *Call) (any, error) {
	r, err := s.seen(c, true)
	if err != nil {
		return nil, err
	}
	c.resource, c.groups = r, nil
	get := r.entrance()
	switch {
	case r.EnterURL != "" && !strings.HasPrefix(r.EnterURL, r.pageURL(c, "enter")):
		return nil, c.leadTo(r.EnterURL)
	case r.Enter != nil:
		return r.Enter(c)
	case r.static:
		return nil, c.leadTo(c.base() + r.mapper.root + strings.TrimSuffix(r.pattern.text, belowPattern) + "/")
	case get == nil:
		return nil, c.leadTo(r.helpURL(c))
	default:
		return get(c)
	}
}

// entrance is the handler's GET, nil if it has none, or none that does without
// what a path names: its groups, or the client whose data it shows.
func (r *Resource) entrance() func(*Call) (any, error) {
	if r.Tenant || r.pattern.match != nil || !r.pattern.serves(http.MethodGet) {
		return nil
	}
	return r.Methods[http.MethodGet]
}
