package app

import (
	"net/http"
	"net/url"
	"strings"
)

// mapper finds the resource that a path of a container is for.
type mapper struct {
	Container
	root      string
	resources []*Resource // in the order in which they are tried
}

// add puts a resource behind the others. The standard rules come last, where
// a container's own may stand in front of them.
func (m *mapper) add(r *Resource) error {
	for _, other := range m.resources {
		switch {
		case other.pattern.same(r.pattern) && other.standard == r.standard:
			return clash("route", m.root+r.pattern.text)
		case r.rule != "" && other.rule == r.rule:
			return clash("route name", r.rule)
		}
	}
	m.resources = append(m.resources, r)
	return nil
}

// found is what a path was found to be.
type found struct {
	at     int // in resources, or -1
	groups []group
	takes  []string // the methods that the path has
}

// group is one group of a pattern; those without a name are known by their place.
type group struct {
	name, text string
	there      bool // it took part in the match
}

// find chooses the row of the container's table: that which tells methods,
// then those of the resources.
func (m *mapper) find(r *http.Request) int {
	f := m.found(r)
	switch {
	case f.at < 0:
		return -1
	case r.Method == http.MethodOptions || !known(r.Method):
		return 0
	default:
		return 1 + f.at
	}
}

// found is what begin found, or what there is now.
func (m *mapper) found(r *http.Request) found {
	if c, ok := r.Context().Value(callKey{}).(*Call); ok && c.mapper == m {
		return c.found
	}
	return m.look(r)
}

// look finds the first rule that matches. A final slash that no rule wants is
// no difference; others are.
func (m *mapper) look(r *http.Request) found {
	path := below(m.root, r.URL.EscapedPath())
	f := m.lookAt(r.Method, path)
	if trimmed, slash := strings.CutSuffix(path, "/"); f.at < 0 && slash && !strings.HasSuffix(trimmed, "/") {
		f = m.lookAt(r.Method, trimmed)
	}
	return f
}

// lookAt takes the first rule that matches and has the method; if none has it,
// the first that matches refuses it.
func (m *mapper) lookAt(method, path string) found {
	f := found{at: -1}
	for i, r := range m.resources {
		groups, ok := r.pattern.groups(path)
		if !ok {
			continue
		}
		f.takes = append(f.takes, r.takes(r.pattern.method)...)
		if f.at < 0 {
			f.at, f.groups = i, groups
		}
		if r.pattern.serves(method) {
			f.at, f.groups = i, groups
			return f
		}
	}
	return f
}

// below is what follows the root in a path as it was sent.
func below(root, escaped string) string {
	for range strings.Count(root, "/") {
		at := strings.IndexByte(escaped[1:], '/')
		if at < 0 {
			return ""
		}
		escaped = escaped[1+at:]
	}
	return escaped
}

// groups are what the pattern took from a path, decoded once each; false means
// that the path is not the pattern's.
func (p pattern) groups(path string) ([]group, bool) {
	if p.match == nil {
		return nil, p.literal == path
	}
	at := p.match.FindStringSubmatchIndex(path)
	if at == nil {
		return nil, false
	}
	names := p.match.SubexpNames()[1:]
	groups := make([]group, len(names))
	for i, name := range names {
		groups[i].name = name
		from, to := at[2*i+2], at[2*i+3]
		if from < 0 {
			continue // an optional group that is not there
		}
		text, err := url.PathUnescape(path[from:to])
		if err != nil {
			return nil, false
		}
		groups[i].text, groups[i].there = text, true
	}
	return groups, true
}

// tenant takes the client out of the groups: the one of that name, or the
// first if they have no names.
func tenant(groups []group) (client string, rest []group) {
	for i, g := range groups {
		if g.name == "client" || g.name == "" && i == 0 {
			return g.text, append(append([]group(nil), groups[:i]...), groups[i+1:]...)
		}
	}
	return "", groups
}
