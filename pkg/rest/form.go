package rest

import (
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
)

// readForm reads a form of either encoding; uploaded files are not for typed
// routes and are ignored.
func (in *input) readForm() error {
	text, err := readBody(in.c, isForm)
	if err != nil || len(text) == 0 {
		return err
	}
	kind := in.c.r.Header.Get("Content-Type")
	if kind == "" {
		kind = body.FormURL
	}
	in.form, err = body.Form(kind, text)
	if err != nil {
		return invalid([]fault.Field{{Name: "body", Message: "is no readable form"}})
	}
	return nil
}

func isForm(kind string) bool {
	return kind == "" || kind == body.FormURL || kind == body.FormMultipart
}

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
