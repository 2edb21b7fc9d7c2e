package rest

import (
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Card is what listings show of a container or of a part of it.
type Card = miniapp.Card

// ListedHandler is what core4's listings show of a handler.
type ListedHandler = miniapp.Handler

// Listing returns the container's cards. One that has none of its own gets one
// made of its title and introduction, which leads to its first page.
func (c Container) Listing() []Card {
	if len(c.Cards) > 0 {
		return c.Cards
	}
	if c.Title == "" {
		return nil
	}
	subtitle, _, _ := strings.Cut(strings.TrimSpace(c.Doc), "\n")
	card := Card{Title: c.Title, Subtitle: cut(subtitle, 150), Protected: true}
	for _, r := range c.Routes {
		public := r.Access.Valid() && r.Access.Check(who.Principal{}) == nil
		card.Protected = card.Protected && !public
		if p, err := parsePattern(r.Pattern); err == nil && serves(p.method, "GET") && len(p.segments) == 0 {
			card.Enter = c.Root + "/"
		}
	}
	return []Card{card}
}

// cut shortens a text at a word.
func cut(s string, most int) string {
	if len(s) <= most {
		return s
	}
	s = strings.ToValidUTF8(s[:most], "")
	if at := strings.LastIndexByte(s, ' '); at > 0 {
		s = s[:at]
	}
	return s + " …"
}
