package site

import (
	"embed"
	"net/http"
	"net/url"
	"path"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/page"
)

//go:embed pages
var files embed.FS

var pages = page.Must(files, "pages/*.html")

// home is the first page.
type home struct {
	page.Frame
	Read, Apps, Doors []page.Card
}

func (s *site) home(w http.ResponseWriter, r *http.Request) error {
	at := s.URLs(r)
	h := home{Frame: page.Frame{Root: at}, Read: s.read(at), Apps: s.apps(at), Doors: s.doors(at)}
	return pages.Write(w, r, http.StatusOK, "home", h, page.Policy{})
}

// read is what people look at here.
func (s *site) read(at string) []page.Card {
	cards := []page.Card{
		{Title: "Documentation", Text: "Every API, to try out in the browser.", URL: at + "/docs"},
		{Title: "Your account", Text: "The applications and keys that act for you.", URL: at + "/auth/account"},
		{Title: "Errors", Text: "What they mean and what to do.", URL: at + "/docs/problems"},
		{Title: "Signs of life", Text: "Is everything there?", URL: at + "/readyz"},
	}
	if s.Authority != nil {
		cards = append(cards, page.Card{Title: "Certificate", Text: "The authority behind this server's certificate.", URL: at + "/ca.pem"})
	}
	return cards
}

// doors are the APIs: where each is, and where to read about it.
func (s *site) doors(at string) []page.Card {
	var out []page.Card
	for _, c := range s.Doors {
		card := page.Card{
			Title: c.Title, Subtitle: at + c.Root, Text: firstSentence(c.Doc),
			URL: at + "/docs?" + url.Values{"urls.primaryName": {c.Title}}.Encode(), Links: []page.Link{{Text: "OpenAPI", URL: at + "/docs/apis/" + c.Name}},
		}
		if c.OpenAPI != "" { // it has pages of its own
			card.URL, card.Links[0].URL = at+c.Root+path.Dir(c.OpenAPI)+"?api=1", at+c.Root+c.OpenAPI
		}
		out = append(out, card)
	}
	return out
}

// firstSentence is that of a text's first line.
func firstSentence(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	sentence, _, more := strings.Cut(line, ". ")
	if more {
		sentence += "."
	}
	return sentence
}

// apps are the cards of programs that have joined.
func (s *site) apps(at string) []page.Card {
	if s.Programs == nil {
		return nil
	}
	var out []page.Card
	for _, c := range s.Programs() {
		card := page.Card{Title: c.Title, Subtitle: c.Subtitle, Author: c.Author, Tags: c.Tags, URL: absolute(at, c.Enter)}
		card.Text = "Run by " + c.Owner + "."
		if c.Protected {
			card.Text += " For those who have signed in."
		}
		if c.Help != "" {
			card.Links = append(card.Links, page.Link{Text: "Help", URL: absolute(at, c.Help)})
		}
		out = append(out, card)
	}
	return out
}

// absolute puts the server's address before a path.
func absolute(at, link string) string {
	if strings.HasPrefix(link, "/") {
		return at + link
	}
	return link
}

// WriteError answers people with a page and programs with problem details.
func WriteError(w http.ResponseWriter, r *http.Request, f *fault.Error) {
	if page.Wanted(r) && r.Method != http.MethodHead {
		e := page.Error{Status: rest.Status(f), Text: f.Message, Request: logx.Request(r.Context()), Link: page.Link{Text: "To the first page", URL: "/"}}
		if e.Write(w, r) == nil {
			return
		}
	}
	rest.Problem(w, r, f)
}
