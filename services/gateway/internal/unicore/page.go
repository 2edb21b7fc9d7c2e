package unicore

import (
	"net/url"
	"strconv"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
)

// maxPage is the most elements that one answer lists; "next" leads to more.
const maxPage = 1000

// window is the part of a list that is asked for.
type window struct {
	offset, num int
	tags        []string
	query       url.Values // as it was asked, for links
}

// window reads offset, num and tags; num is the default of num. More than
// maxPage, or than the default, is not given at once.
func (a *ask) window(num int) (window, error) {
	w := window{num: num, query: a.URL.Query()}
	for name, field := range map[string]*int{"offset": &w.offset, "num": &w.num} {
		text := w.query.Get(name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 0 {
			return w, fault.New(fault.Invalid, "unicore.paging", "A number of at least 0 is needed.").
				WithField(name, "%q is none", text)
		}
		*field = n
	}
	w.num = min(w.num, max(num, maxPage))
	w.tags = description.SplitTags(w.query.Get("tags"))
	return w, nil
}

// at is the URL of the list with another offset.
func (w window) at(self string, offset int) link {
	q := url.Values{"offset": {strconv.Itoa(offset)}, "num": {strconv.Itoa(w.num)}}
	for _, name := range []string{"tags", "filter", "fields"} {
		if w.query.Has(name) {
			q.Set(name, w.query.Get(name))
		}
	}
	return link{Href: self + "?" + q.Encode()}
}

// links are those of a page of a list that goes on, or does not.
func (w window) links(self string, more bool) links {
	l := links{"self": w.at(self, w.offset)}
	if w.offset > 0 {
		l["previous"] = w.at(self, max(0, w.offset-w.num))
	}
	if more && w.num > 0 { // a next page must lead on
		l["next"] = w.at(self, w.offset+w.num)
	}
	return l
}

// list answers with one page of URLs.
func (a *ask) list(name string, w window, urls []string, total int) error {
	if urls == nil {
		urls = []string{}
	}
	return a.show(map[string]any{name: urls, "_links": w.links(a.self, w.offset+w.num < total)})
}

// listFixed answers with the page of a list that is known whole. What is in
// such lists bears no tags.
func (a *ask) listFixed(name string, urls ...string) error {
	if len(description.SplitTags(a.URL.Query().Get("tags"))) > 0 {
		urls = nil
	}
	return a.listWhole(name, urls)
}

// listWhole answers with the page of a list that is known whole.
func (a *ask) listWhole(name string, urls []string) error {
	w, err := a.window(200)
	if err != nil {
		return err
	}
	from := min(w.offset, len(urls))
	return a.list(name, w, urls[from:from+min(w.num, len(urls)-from)], len(urls))
}
