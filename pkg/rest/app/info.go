package app

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/rest/page"
)

// info lists the handlers that the caller may see, of all containers (section
// 6.6).
func (s *server) info(c *Call) (any, error) {
	if q := c.r.URL.Query(); q.Has("version") {
		return versions(c)
	} else if q.Has("tag") && q.Get("tag") == "" {
		return s.tags(c)
	}
	ask, err := readQuery(c.Args)
	if err != nil {
		return nil, err
	}
	all, err := s.listed(c)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(l listed) bool { return !ask.wants(l.meta) })
	p, err := media.PageOf(ask.Ask, 0, all)
	if err != nil {
		return nil, err
	}
	if c.Prefers() == media.HTML {
		return nil, s.infoPage(c, ask, p)
	}
	out := media.Page[meta]{Paging: p.Paging, Items: []meta{}}
	for _, l := range p.Items {
		out.Items = append(out.Items, l.meta)
	}
	return out, nil
}

// versions tells which program this is.
func versions(c *Call) (any, error) {
	return map[string]string{"project": c.mapper.project(), "version": c.mapper.Version, "core4": c.server.Version}, nil
}

// listed is a handler in a listing.
type listed struct {
	meta
	card func() page.Card
}

// listed are the handlers that the caller may see, each once, and those of
// other programs, by title.
func (s *server) listed(c *Call) ([]listed, error) {
	if !c.User().Anonymous() {
		if err := s.know(c); err != nil {
			return nil, err
		}
	}
	var out []listed
	have := map[string]bool{}
	for _, m := range s.mappers {
		for _, r := range m.resources {
			if have[r.ID] || r.ofPages() || !c.lists(r) {
				continue
			}
			have[r.ID] = true
			m := s.meta(c, r)
			out = append(out, listed{m, func() page.Card { return s.cardOf(c, r, m) }})
		}
	}
	out = append(out, s.joined(c)...)
	slices.SortStableFunc(out, func(a, b listed) int {
		return cmp.Or(cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)), cmp.Compare(strings.ToLower(a.Subtitle), strings.ToLower(b.Subtitle)))
	})
	return out, nil
}

// shippedTags are those of core4's api.tag.
var shippedTags = []string{"new", "analytics", "data", "operations"}

// tags counts the handlers of each tag.
func (s *server) tags(c *Call) (any, error) {
	type count struct {
		Count   int  `json:"count"`
		Default bool `json:"default"`
	}
	out := map[string]count{}
	for _, tag := range s.defaultTags() {
		out[tag] = count{0, true}
	}
	all, err := s.listed(c)
	for _, l := range all {
		for _, tag := range l.Tag {
			n := out[tag]
			n.Count++
			out[tag] = n
		}
	}
	return out, err
}

func (s *server) defaultTags() []string {
	text, ok := textSetting(section(s.Config, "api"), "tag")
	if !ok {
		return shippedTags
	}
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,[]", r) })
}

// listing is what the page of the listing shows.
type listing struct {
	page.Frame
	Search       string
	All          bool
	Tags, Pages  []page.Link
	Cards        []page.Card
	Count, Total int
}

func (s *server) infoPage(c *Call, q query, p media.Page[listed]) error {
	l := listing{Frame: c.frame("Applications"), Search: q.search, All: q.all, Count: p.Count, Total: p.Total}
	here := func(change ...string) string {
		v := url.Values{}
		for name, value := range map[string]string{"search": q.search, "per_page": strconv.Itoa(p.PerPage), "api": map[bool]string{true: "1"}[q.all]} {
			if value != "" {
				v.Set(name, value)
			}
		}
		for i := 0; i < len(change); i += 2 {
			v.Set(change[i], change[i+1])
		}
		return c.base() + c.root + "/_info?" + v.Encode()
	}
	for _, tag := range s.defaultTags() {
		l.Tags = append(l.Tags, page.Link{Text: tag, URL: here("tag", tag)})
	}
	if !q.all {
		l.Tags = append(l.Tags, page.Link{Text: "everything", URL: here("api", "1")})
	}
	if p.Page > 0 {
		l.Pages = append(l.Pages, page.Link{Text: "Back", URL: here("page", strconv.Itoa(p.Page-1))})
	}
	if p.Page+1 < p.PageCount {
		l.Pages = append(l.Pages, page.Link{Text: "On", URL: here("page", strconv.Itoa(p.Page+1))})
	}
	for _, one := range p.Items {
		l.Cards = append(l.Cards, one.card())
	}
	return c.show("info", l)
}

// openAPI describes the handlers of this container that the caller may see.
func (s *server) openAPI(c *Call) (any, error) {
	if !c.User().Anonymous() {
		if err := s.know(c); err != nil {
			return nil, err
		}
	}
	document, err := c.mapper.openAPI(c.base(), c.lists)
	if err != nil {
		return nil, err
	}
	return nil, c.Write(http.StatusOK, "application/json", document)
}

// readQuery reads what is asked for of the listing.
func readQuery(v arg.Values) (q query, err error) {
	var errs [6]error
	q.Page, errs[0] = arg.Get(v, "page", 0)
	q.PerPage, errs[1] = arg.Get(v, "per_page", 10)
	q.filter, errs[2] = arg.Get(v, "filter", map[string]any(nil))
	api, err := arg.Get(v, "api", false)
	errs[3] = err
	search, bang := strings.CutPrefix(strings.TrimSpace(v.Text("search")), "!")
	q.search, q.all = strings.TrimSpace(search), api || bang
	q.tags = tagsOf(v)
	errs[4] = checkFilter(q.filter)
	q.found, errs[5] = finder(q.search)
	for _, err := range errs {
		if err != nil {
			return q, err
		}
	}
	return q, nil
}
