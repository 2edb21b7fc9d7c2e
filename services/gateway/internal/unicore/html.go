package unicore

import (
	"embed"
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/page"
)

//go:embed pages
var pageFiles embed.FS

var pages = page.Must(pageFiles, "pages/*.html")

// resourcePage shows a resource to a browser: two tables.
type resourcePage struct {
	page.Frame
	Properties, Relations facts
}

type facts struct {
	Caption string
	Rows    []fact
}

// fact is one line: a text, addresses to follow, or an action to be taken.
type fact struct {
	Name, Text string
	URLs       []string
	Action     string // address to send an empty form to
}

// wantsPage reports whether a browser asks, and not a program.
func (a *ask) wantsPage() bool {
	return slices.Contains(mediaRanges(strings.Join(a.Header.Values("Accept"), ",")), "text/html") && !a.wantsJSON()
}

// showPage answers with the JSON object of a representation as a page.
func (a *ask) showPage(body []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(body, &all); err != nil {
		return err
	}
	var related links
	if err := json.Unmarshal(all["_links"], &related); err != nil && all["_links"] != nil {
		return err
	}
	delete(all, "_links")
	p := resourcePage{
		Frame:      page.Frame{Title: a.title(), Root: strings.TrimSuffix(a.base, a.root)},
		Properties: facts{Caption: "Properties"}, Relations: facts{Caption: "Links"},
	}
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p.Properties.Rows = append(p.Properties.Rows, factOf(name, all[name]))
	}
	for _, name := range slices.Sorted(maps.Keys(related)) {
		l := related[name]
		f := fact{Name: name, Text: l.Description, URLs: []string{l.Href}}
		if title, action := strings.CutPrefix(name, "action:"); action {
			f = fact{Name: name, Text: title, Action: l.Href}
		}
		p.Relations.Rows = append(p.Relations.Rows, f)
	}
	return pages.Write(a.w, a.Request, http.StatusOK, "resource", p, page.Policy{})
}

// title is the end of the resource's path.
func (a *ask) title() string {
	rest := strings.Trim(strings.TrimPrefix(a.URL.Path, a.root), "/")
	if rest == "" {
		return "UNICORE services"
	}
	return rest
}

// factOf is a property: a text, a list of addresses, or whatever else as JSON.
func factOf(name string, raw json.RawMessage) fact {
	f := fact{Name: name, Text: string(raw)}
	var text string
	var list []string
	switch {
	case json.Unmarshal(raw, &text) == nil:
		f.Text = text
	case json.Unmarshal(raw, &list) == nil:
		f.Text = strings.Join(list, ", ")
		if len(list) > 0 && !slices.ContainsFunc(list, notAddress) {
			f.URLs = list
		}
	}
	return f
}

func notAddress(text string) bool {
	u, err := url.Parse(text)
	return err != nil || u.Scheme != "https" && u.Scheme != "http"
}

// sentForm reports whether the body is an empty form of such a page.
func (a *ask) sentForm() bool {
	return a.Method == http.MethodPost && strings.HasPrefix(a.Header.Get("Content-Type"), "application/x-www-form-urlencoded") && a.ContentLength <= 0
}
