package app

import (
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/media"
)

// query is what is asked for of the listing.
type query struct {
	media.Ask
	search string // words, all of which must be there
	tags   []string
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
	for _, tag := range q.tags {
		if !slices.Contains(m.Tag, tag) {
			return false
		}
	}
	for name, want := range q.filter {
		if !fits(want, m.field(name)) {
			return false
		}
	}
	return q.found(m)
}

// found reports whether every word of the search is somewhere in a handler's
// texts.
func (q query) found(m meta) bool {
	text := strings.ToLower(strings.Join([]string{m.Description, m.Author, m.Qual, m.Subtitle, m.Title, strings.Join(m.Tag, " ")}, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(q.search)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// filtered are the fields that a filter may name.
var filtered = []string{"rsc_id", "qual_name", "project", "container", "title", "subtitle", "author", "tag", "icon", "version", "protected", "spa", "res"}

func (m meta) field(name string) any {
	return map[string]any{
		"rsc_id": m.ID, "qual_name": m.Qual, "project": m.Project, "container": m.Container, "title": m.Title, "subtitle": m.Subtitle,
		"author": m.Author, "tag": m.Tag, "icon": m.Icon, "version": m.Version, "protected": m.Protected, "spa": m.SPA, "res": m.Res,
	}[name]
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
