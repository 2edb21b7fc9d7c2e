package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/app/search"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/media"
)

// query is what is asked for of the listing.
type query struct {
	media.Ask
	search string // as it was asked
	found  func(meta) bool
	tags   []string // any of them
	filter map[string]any
	all    bool // those tagged "api", too
}

// maxTags bounds how many tags one request names.
const maxTags = 50

// tagsOf reads a tag, several arguments of that name, or a JSON list.
func tagsOf(v arg.Values) []string {
	var out []string
	for _, text := range v.All("tag") {
		out = append(out, strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,[]\"", r) })...)
	}
	return out[:min(len(out), maxTags)]
}

// wants reports whether a handler is asked for. Those tagged "api" are only
// where all are.
func (q query) wants(m meta) bool {
	if !q.all && slices.Contains(m.Tag, "api") {
		return false
	}
	if len(q.tags) > 0 && !slices.ContainsFunc(q.tags, func(tag string) bool { return slices.Contains(m.Tag, tag) }) {
		return false
	}
	for name, want := range q.filter {
		if !fits(want, m.field(name)) {
			return false
		}
	}
	return q.found(m)
}

// finder is what a search looks for: an expression on fields, or words that
// all are somewhere in a handler's texts.
func finder(text string) (func(meta) bool, error) {
	e, err := search.Parse(text)
	switch {
	case err == nil:
		return func(m meta) bool { return e.Match(m.field) }, nil
	case !errors.Is(err, search.ErrNone):
		return nil, arg.Fault(arg.Problem{Name: "search", Text: err.Error()})
	}
	words := strings.Fields(strings.ToLower(text))
	return func(m meta) bool {
		have := strings.ToLower(strings.Join([]string{m.Description, m.Author, m.Qual, m.Subtitle, m.Title, strings.Join(m.Tag, " ")}, "\n"))
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(have, word) })
	}, nil
}

// filtered are the fields that a filter or a search may name.
var filtered = []string{"rsc_id", "qual_name", "project", "container", "title", "subtitle", "author", "tag", "icon", "version", "protected", "spa", "res",
	"target", "created_at", "started_at", "endpoint", "description", "enter_url"}

// field is nil of what a handler does not have.
func (m meta) field(name string) any {
	switch name {
	case "target":
		return textOr(m.Target)
	case "created_at":
		return textOr(m.Created)
	}
	return map[string]any{
		"rsc_id": m.ID, "qual_name": m.Qual, "project": m.Project, "container": m.Container, "title": m.Title, "subtitle": m.Subtitle,
		"author": m.Author, "tag": m.Tag, "icon": m.Icon, "version": m.Version, "protected": m.Protected, "spa": m.SPA, "res": m.Res,
		"started_at": m.Started, "endpoint": m.Endpoint, "description": m.Description, "enter_url": m.EnterURL,
	}[name]
}

func textOr(text *string) any {
	if text == nil {
		return nil
	}
	return *text
}

// checkFilter refuses what no filter can say: a field is equal to a value, or
// to one of those that {"$in": […]} lists.
func checkFilter(filter map[string]any) error {
	for name, want := range filter {
		text := "is no field of the listing; there are " + strings.Join(filtered, ", ")
		if slices.Contains(filtered, name) {
			object, isObject := want.(map[string]any)
			if _, isList := object["$in"].([]any); !isObject || isList && len(object) == 1 {
				continue
			}
			text = `is compared with a value, or with {"$in": […]}`
		}
		return arg.Fault(arg.Problem{Name: "filter." + name, Text: text})
	}
	return nil
}

func fits(want, have any) bool {
	if object, ok := want.(map[string]any); ok {
		list, _ := object["$in"].([]any)
		return slices.ContainsFunc(list, func(one any) bool { return fits(one, have) })
	}
	if tags, ok := have.([]string); ok {
		return slices.Contains(tags, fmt.Sprint(want))
	}
	return fmt.Sprint(want) == fmt.Sprint(have)
}
