package rest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// pattern is a parsed route pattern: "GET /jobs/{id}".
type pattern struct {
	method   string // "" is every method
	segments []segment
	wilds    []segment // the wildcards among them, in order
}

type kind int

const (
	literal kind = iota
	wild         // {name}: one segment, not empty
	tail         // {name...}: the rest, possibly nothing; or all before the literals that follow it
)

type segment struct {
	kind kind
	text string // the literal, or the name
}

func parsePattern(s string) (pattern, error) {
	method, path, found := strings.Cut(s, " ")
	if !found {
		method, path = "", s
	}
	path = strings.TrimLeft(path, " ")
	if found && (method == "" || method != strings.ToUpper(method)) {
		return pattern{}, fmt.Errorf("pattern %q: a method is in upper case", s)
	}
	segs, err := parseSegments(path)
	if err != nil {
		return pattern{}, fmt.Errorf("pattern %q: %w", s, err)
	}
	wilds := slices.DeleteFunc(slices.Clone(segs), func(s segment) bool { return s.kind == literal })
	return pattern{method, segs, wilds}, nil
}

func parseSegments(path string) ([]segment, error) {
	if path == "/" || path == "" {
		return nil, nil
	}
	if path[0] != '/' {
		return nil, fmt.Errorf("a path begins with a slash")
	}
	if strings.HasSuffix(path, "/") {
		return nil, fmt.Errorf("a final slash is accepted anyway, and {name...} takes the rest")
	}
	var segs []segment
	seen := map[string]bool{}
	for text := range strings.SplitSeq(path[1:], "/") {
		seg, err := parseSegment(text)
		if err != nil {
			return nil, err
		}
		if seg.kind != literal && slices.ContainsFunc(segs, func(s segment) bool { return s.kind == tail }) {
			return nil, fmt.Errorf("only literals may follow {name...}")
		}
		if seg.kind != literal {
			if seen[seg.text] {
				return nil, fmt.Errorf("{%s} is there twice", seg.text)
			}
			seen[seg.text] = true
		}
		segs = append(segs, seg)
	}
	return segs, nil
}

func parseSegment(text string) (segment, error) {
	inner, isWild := strings.CutPrefix(text, "{")
	if !isWild {
		if text == "" || strings.ContainsAny(text, "{}%?#") {
			return segment{}, fmt.Errorf("%q is no segment; write literals decoded", text)
		}
		return segment{literal, text}, nil
	}
	inner, closed := strings.CutSuffix(inner, "}")
	name, isTail := strings.CutSuffix(inner, "...")
	if !closed || name == "" || strings.ContainsAny(name, "{}.$") {
		return segment{}, fmt.Errorf("%q is no wildcard", text)
	}
	if isTail {
		return segment{tail, name}, nil
	}
	return segment{wild, name}, nil
}

// end is the literals after the tail.
func (p pattern) end() []string {
	var out []string
	for i := len(p.segments) - 1; i >= 0 && p.segments[i].kind == literal; i-- {
		out = append([]string{p.segments[i].text}, out...)
	}
	return out
}

// path prints the pattern without its method.
func (p pattern) path() string {
	var b strings.Builder
	for _, s := range p.segments {
		b.WriteByte('/')
		switch s.kind {
		case literal:
			b.WriteString(s.text)
		case wild:
			b.WriteString("{" + s.text + "}")
		case tail:
			b.WriteString("{" + s.text + "...}")
		}
	}
	if b.Len() == 0 {
		return "/"
	}
	return b.String()
}

// names reports whether one of the wildcards has the name.
func (p pattern) names(name string) bool {
	return slices.ContainsFunc(p.wilds, func(s segment) bool { return s.text == name })
}

// serves reports whether a route of this method answers the request's one.
func serves(route, request string) bool {
	return route == request || route == "" || route == http.MethodGet && request == http.MethodHead
}
