package tornado

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

// The paths of an endpoint (5.2): base, location, name, and one segment for
// each argument that may be sent by position, optional from right to left. A
// final slash is accepted by rest.

// places are where an endpoint begins.
func (e Endpoint) places(m Meta) []string {
	begin := path.Join("/", m.Base, m.Location)
	if len(e.options.locations) == 0 {
		name := e.name
		if name == "index" {
			name = ""
		}
		return []string{path.Join(begin, name)}
	}
	var out []string
	for _, at := range e.options.locations {
		if strings.HasPrefix(at, "/") {
			out = append(out, path.Join("/", m.Base, at))
			continue
		}
		out = append(out, path.Join(begin, at))
	}
	return out
}

// paths are all patterns of the endpoint, without verbs, shortest first.
func (e Endpoint) paths(m Meta, plan *arg.Plan) ([]string, error) {
	segments := segments(plan)
	least := 0
	for i, f := range segments {
		if f.Path && f.Required {
			least = i + 1
		}
	}
	var out []string
	for _, at := range e.places(m) {
		if strings.ContainsAny(at, "{}%?#") {
			return nil, fmt.Errorf("the location %q is no path", at)
		}
		whole := strings.TrimSuffix(at, "/")
		for i := 0; ; i++ {
			if i >= least && !(i == len(segments) && plan.HasTail()) {
				out = append(out, "/"+strings.TrimPrefix(whole, "/"))
			}
			if i == len(segments) {
				break
			}
			whole += "/{" + segments[i].Name + "}"
		}
		if plan.HasTail() {
			out = append(out, whole+"/{"+tailName(plan)+"...}")
		}
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// segments are the arguments that a path can have: an object is none, and ends
// them.
func segments(plan *arg.Plan) []arg.Field {
	all := plan.Positional()
	for i, f := range all {
		if f.As == "dict" || strings.ContainsAny(f.Name, "{}.$") {
			return all[:i]
		}
	}
	return all
}

// tailName is a wildcard's name that no argument has.
func tailName(plan *arg.Plan) string {
	name := "args"
	for slices.ContainsFunc(plan.Fields(), func(f arg.Field) bool { return f.Name == name }) {
		name += "_"
	}
	return name
}

var wildcard = regexp.MustCompile(`\{[^}]*\}`)

// shape is a pattern without the names of its wildcards: patterns of one shape
// are for the same paths.
func shape(pattern string) string {
	return wildcard.ReplaceAllStringFunc(pattern, func(s string) string {
		if strings.HasSuffix(s, "...}") {
			return "{...}"
		}
		return "{}"
	})
}
