package app

import (
	"slices"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// cards are what other listings show of a container: each of its handlers that
// people use, or if there is none, where its listing is.
func (m *mapper) cards() []rest.Card {
	var out []rest.Card
	at := func(page string, r *Resource) string { return m.root + "/_info/" + page + "/" + r.ID }
	for _, r := range m.resources {
		if r.standard || slices.Contains(r.Tag, "api") {
			continue
		}
		out = append(out, rest.Card{
			Title: r.Title, Subtitle: r.Subtitle, Author: r.Author, Tags: r.Tag, Protected: !r.Public,
			Enter: at("enter", r), Card: at("card", r), Help: at("help", r),
		})
	}
	if out == nil && m.Title != "" {
		out = []rest.Card{{Title: m.Title, Enter: m.root + "/_info"}}
	}
	return out
}
