package app

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/doctext"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Joined is a container of another program. What it says of itself is shown,
// and believed no more than that: its handlers hide none of others.
type Joined struct {
	Owner    string // whose program it is
	Name     string
	Root     string
	Started  time.Time
	Handlers []rest.ListedHandler
	// Sees says who sees its handlers. nil: whoever core4's permissions let,
	// and everybody those that are not protected.
	Sees func(who.Principal) bool
}

// handlers are the container's as other programs' listings show them, each
// once.
func (m *mapper) handlers() []rest.ListedHandler {
	var out []rest.ListedHandler
	for _, r := range m.resources {
		path := [2]string{m.root + r.pattern.text, r.rule}
		at := slices.IndexFunc(out, func(h rest.ListedHandler) bool { return h.ID == r.ID })
		switch {
		case r.ofPages():
		case at >= 0:
			out[at].Patterns = append(out[at].Patterns, path)
		default:
			below := m.root + "/_info/"
			out = append(out, rest.ListedHandler{
				ID: r.ID, Qual: r.Qual, Names: r.permNames(), Title: r.Title, Subtitle: r.Subtitle, Author: r.Author, Tags: r.Tag, Icon: r.Icon,
				Doc: r.Doc, Version: m.Version, Target: r.Target, Enter: cmp.Or(r.EnterURL, below+"enter/"+r.ID), Help: below + "help/" + r.ID,
				Patterns: [][2]string{path}, Protected: !r.Public, SPA: r.SPA, Res: r.Res, Created: r.Created,
			})
		}
	}
	return out
}

// joined are the handlers of other programs that the caller may see, each once
// for every owner.
func (s *server) joined(c *Call) []listed {
	if s.Joined == nil {
		return nil
	}
	type key struct{ owner, id string }
	at := map[key]int{}
	var out []listed
	for _, j := range s.Joined() {
		for _, h := range j.Handlers {
			if !c.sees(j, h) {
				continue
			}
			k := key{j.Owner, h.ID}
			if i, ok := at[k]; ok {
				out[i].Endpoint = append(out[i].Endpoint, c.base()+j.Root)
				continue
			}
			at[k] = len(out)
			out = append(out, s.listedOf(c, j, h))
		}
	}
	return out
}

func (c *Call) sees(j Joined, h rest.ListedHandler) bool {
	switch {
	case j.Sees != nil:
		return j.Sees(c.User())
	case !h.Protected:
		return true
	case len(h.Names) == 0:
		return c.Perms.Lists(h.Qual)
	default:
		return c.Perms.Lists(h.Names...)
	}
}

func (s *server) listedOf(c *Call, j Joined, h rest.ListedHandler) listed {
	m := meta{
		ID: h.ID, Qual: h.Qual, Project: project(h.Qual), Container: j.Name, Title: h.Title, Subtitle: cmp.Or(h.Subtitle, h.Qual), Author: h.Author,
		Tag: slices.Clone(h.Tags), Icon: h.Icon, Protected: h.Protected, SPA: h.SPA, Res: h.Res, Version: h.Version, Started: Stamp(j.Started),
		Endpoint: []string{c.base() + j.Root}, Pattern: append([][2]string{}, h.Patterns...), Description: h.Doc, EnterURL: c.absolute(h.Enter),
	}
	if h.Target != "" {
		m.Target = &h.Target
	}
	s.dated(&m, j.Owner, h.Created)
	var problems []doctext.Problem
	m.HTML, problems = doctext.HTML(h.Doc, doctext.Fields{
		"enter_url": m.EnterURL, "help_url": c.absolute(h.Help), "title": h.Title, "subtitle": h.Subtitle, "author": h.Author,
		"qual_name": h.Qual, "project": m.Project, "version": h.Version, "root": j.Root,
	})
	m.Errors = some(problems)
	card := page.Card{Title: m.Title, Subtitle: m.Subtitle, Author: m.Author, Tags: m.Tag, URL: m.EnterURL, NewTab: h.Target == "blank"}
	if h.Help != "" {
		card.Links = []page.Link{{Text: "Help", URL: c.absolute(h.Help)}}
	}
	return listed{m, func() page.Card { return card }}
}

// absolute is a path of this server as clients reach it; other addresses stay.
func (c *Call) absolute(link string) string {
	if strings.HasPrefix(link, "/") {
		return c.base() + link
	}
	return link
}

// dated says since when a handler is there, and whether it is new.
func (s *server) dated(m *meta, owner string, created time.Time) {
	if created.IsZero() && s.FirstSeen != nil {
		created = s.FirstSeen(owner, m.ID)
	}
	if created.IsZero() {
		return
	}
	at := Stamp(created)
	m.Created = &at
	if s.Now().Sub(created) < s.newRange() {
		m.Tag = append(m.Tag, "new")
	}
}
