package site

import (
	"embed"
	"net/http"
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
	Read  []page.Card
	Apps  []page.Card
	Doors page.Table
}

func (s *site) home(w http.ResponseWriter, r *http.Request) error {
	url := s.URLs(r)
	h := home{Frame: page.Frame{Root: url}, Read: s.read(url), Apps: s.apps(url), Doors: page.Table{Columns: []string{"API", "Address"}, Rows: [][]any{
		{"Heddle's own", url + "/api/v1"}, {"UNICORE", url + "/" + s.Site + "/rest/core"},
		{"OAuth 2, OpenID Connect", url + "/auth"}, {"DIRAC", url + "/jobs"}, {"core4", url + "/core4/api/v1"},
	}}}
	return pages.Write(w, r, http.StatusOK, "home", h, page.Policy{})
}

// read is what people look at here.
func (s *site) read(url string) []page.Card {
	cards := []page.Card{
		{Title: "Documentation", Text: "Every API, to try out in the browser.", URL: url + "/docs"},
		{Title: "Your account", Text: "The applications and keys that act for you.", URL: url + "/auth/account"},
		{Title: "Errors", Text: "What they mean and what to do.", URL: url + "/docs/problems"},
		{Title: "Handlers of core4", Text: "What each does, with examples.", URL: url + "/core4/api/v1/_info?api=1"},
		{Title: "Signs of life", Text: "Is everything there?", URL: url + "/readyz"},
	}
	if s.Authority != nil {
		cards = append(cards, page.Card{Title: "Certificate", Text: "The authority behind this server's certificate.", URL: url + "/ca.pem"})
	}
	return cards
}

// apps are the cards of programs that have joined.
func (s *site) apps(url string) []page.Card {
	if s.Cards == nil {
		return nil
	}
	var out []page.Card
	for _, c := range s.Cards() {
		card := page.Card{Title: c.Title, Subtitle: c.Subtitle, Author: c.Author, Tags: c.Tags, URL: absolute(url, c.Enter)}
		if c.Protected {
			card.Text = "For those who have signed in."
		}
		if c.Help != "" {
			card.Links = append(card.Links, page.Link{Text: "Help", URL: absolute(url, c.Help)})
		}
		out = append(out, card)
	}
	return out
}

// absolute puts the server's address before a path.
func absolute(url, link string) string {
	if strings.HasPrefix(link, "/") {
		return url + link
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
