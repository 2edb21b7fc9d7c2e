package rest

import (
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

const (
	formURL       = "application/x-www-form-urlencoded"
	formMultipart = "multipart/form-data"
)

// readForm reads a form of either encoding; uploaded files are not for typed
// routes and are ignored.
func (in *input) readForm() error {
	body, err := readBody(in.c, isForm)
	if err != nil || len(body) == 0 {
		return err
	}
	kind, params, _ := mime.ParseMediaType(in.c.r.Header.Get("Content-Type"))
	if kind == formMultipart {
		in.form, err = parseMultipart(string(body), params["boundary"])
	} else {
		in.form, err = url.ParseQuery(string(body))
	}
	if err != nil {
		return invalid([]fault.Field{{Name: "body", Message: "is no readable form"}})
	}
	return nil
}

func parseMultipart(body, boundary string) (url.Values, error) {
	if boundary == "" {
		return nil, http.ErrMissingBoundary
	}
	form, err := multipart.NewReader(strings.NewReader(body), boundary).ReadForm(int64(len(body)))
	if err != nil {
		return nil, err
	}
	return url.Values(form.Value), form.RemoveAll()
}

func isForm(kind string) bool { return kind == "" || kind == formURL || kind == formMultipart }

// pathValues are what a wildcard took: one value, or the segments of a tail
// if a list is wanted.
func (c *call) pathValues(name string, list bool) []string {
	for i, s := range c.match.route.pattern.wilds {
		if s.text != name {
			continue
		}
		if s.kind == tail && list {
			return c.match.rest
		}
		return []string{c.match.values[i]}
	}
	return nil
}
