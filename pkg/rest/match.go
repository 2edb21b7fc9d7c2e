package rest

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// maxPath bounds a request's path, in bytes as sent: four times the longest
// path a file system takes.
const maxPath = 16 << 10

// splitPath returns the decoded segments of an escaped path, without the
// leading slash: "/a/b%2Fc/" gives "a", "b/c", "". A path that is not one, or
// cannot be decoded, gives false.
func splitPath(escaped string) ([]string, bool) {
	if escaped == "" || escaped[0] != '/' {
		return nil, false
	}
	segs := strings.Split(escaped[1:], "/")
	for i, s := range segs {
		if strings.IndexByte(s, '%') < 0 {
			continue
		}
		d, err := url.PathUnescape(s)
		if err != nil {
			return nil, false
		}
		segs[i] = d
	}
	return segs, true
}

// node is a place in the tree of patterns. A literal child beats the
// wildcard, which beats the tail.
type node struct {
	literals map[string]*node
	wild     *node
	routes   []*route // that end here
	tails    []tails  // that take the rest from here, the longest end first
}

// tails are routes that take what is before the same last segments.
type tails struct {
	end    []string
	routes []*route
}

// takes returns the segments before the end; an end needs one before it.
func (t tails) takes(segs []string) ([]string, bool) {
	n := len(segs) - len(t.end)
	if len(t.end) > 0 && (n < 1 || !slices.Equal(segs[n:], t.end)) {
		return nil, false
	}
	return segs[:n], true
}

func (n *node) add(rt *route) error {
	for _, s := range rt.pattern.segments {
		switch s.kind {
		case literal:
			if n.literals == nil {
				n.literals = map[string]*node{}
			}
			if n.literals[s.text] == nil {
				n.literals[s.text] = &node{}
			}
			n = n.literals[s.text]
		case wild:
			if n.wild == nil {
				n.wild = &node{}
			}
			n = n.wild
		case tail:
			return n.addTail(rt)
		}
	}
	return put(&n.routes, rt)
}

func (n *node) addTail(rt *route) error {
	end := rt.pattern.end()
	i := slices.IndexFunc(n.tails, func(t tails) bool { return slices.Equal(t.end, end) })
	if i < 0 {
		i = 0
		for i < len(n.tails) && len(n.tails[i].end) > len(end) {
			i++
		}
		n.tails = slices.Insert(n.tails, i, tails{end: end})
	}
	return put(&n.tails[i].routes, rt)
}

func put(at *[]*route, rt *route) error {
	for _, other := range *at {
		if other.pattern.method == rt.pattern.method {
			return fmt.Errorf("%s clashes with %s", rt.name, other.name)
		}
	}
	*at = append(*at, rt)
	return nil
}

// match is what a path was found to be.
type match struct {
	route  *route   // nil if the path exists with other methods only
	values []string // of the wildcards, in order; a tail's segments are joined
	rest   []string // the segments of the tail
	others []*route // the routes of the path that have another method
}

// find looks a path up. Every node is visited at most once, so that the cost
// is bounded by the table, not by the path.
func (n *node) find(method string, segs []string) (match, bool) {
	m := match{}
	ok := n.walk(method, segs, nil, &m)
	return m, ok || len(m.others) > 0
}

func (n *node) walk(method string, segs, values []string, m *match) bool {
	if len(segs) > 0 {
		if next := n.literals[segs[0]]; next != nil && next.walk(method, segs[1:], values, m) {
			return true
		}
		if n.wild != nil && segs[0] != "" &&
			n.wild.walk(method, segs[1:], append(slices.Clip(values), segs[0]), m) {
			return true
		}
	}
	if len(segs) == 0 || len(segs) == 1 && segs[0] == "" { // one final slash is no difference
		if m.pick(method, n.routes, values, nil) {
			return true
		}
	}
	for _, t := range n.tails {
		if taken, ok := t.takes(segs); ok && m.pick(method, t.routes, append(slices.Clip(values), strings.Join(taken, "/")), taken) {
			return true
		}
	}
	return false
}

// pick takes the route of the method if there is one: a route of exactly
// this method beats GET for HEAD, which beats a route of every method.
func (m *match) pick(method string, routes []*route, values, rest []string) bool {
	var best *route
	for _, rt := range routes {
		switch have := rt.pattern.method; {
		case have == method:
			best = rt
		case !serves(have, method):
			m.others = append(m.others, rt)
		case best == nil || best.pattern.method == "":
			best = rt
		}
	}
	if best == nil {
		return false
	}
	m.route, m.values, m.rest = best, values, rest
	return true
}

// allow lists the methods that the path has, for the Allow header.
func allow(routes []*route) string {
	methods := []string{http.MethodOptions}
	for _, rt := range routes {
		methods = append(methods, rt.pattern.method)
		if rt.pattern.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
	}
	slices.Sort(methods)
	return strings.Join(slices.Compact(methods), ", ")
}
