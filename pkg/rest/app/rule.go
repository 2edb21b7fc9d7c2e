package app

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"regexp/syntax"
	"strings"
)

// Rule puts a handler at paths. Rules are tried in their order, and the first
// that matches is the one.
//
// The pattern is a regular expression (RE2) that matches the whole of what
// follows the container's root, as it was sent; what its groups take is
// decoded. One of net/http's, such as "GET /jobs/{id}" or "/files/{path...}",
// is one as well: a name in braces is a group of that name.
type Rule struct {
	Pattern string
	Handler *Handler
	// Set are properties that are others at this rule.
	Set Override
	// Name is for Call.Reverse.
	Name string
}

// pattern is a rule's pattern made ready.
type pattern struct {
	method  string         // "" is every method
	text    string         // as it was written, without what makes no difference
	literal string         // the one path that it matches, escaped, if match is nil
	match   *regexp.Regexp // anchored
	shown   string         // in listings and metrics, in rest's syntax
	parts   []string       // literal texts around the groups, nil if it cannot be written backwards
}

// compile reads a pattern. A final slash or dollar sign is no part of it.
func compile(text string, below bool) (pattern, error) {
	method, text := methodOf(text)
	sugar := named.MatchString(text)
	if sugar {
		text = expand(text)
	}
	text = strings.TrimSuffix(strings.TrimSuffix(strings.TrimPrefix(text, "^"), "$"), "/")
	if below {
		text += belowPattern
	}
	tree, err := syntax.Parse(text, syntax.Perl)
	if err != nil {
		return pattern{}, err
	}
	p := pattern{method: method, text: text, shown: shown(tree)}
	if tree.Op == syntax.OpEmptyMatch || tree.Op == syntax.OpLiteral && tree.Flags&syntax.FoldCase == 0 {
		plain := string(tree.Rune)
		p.literal, p.parts = (&url.URL{Path: plain}).EscapedPath(), []string{plain}
		if plain != "" && plain[0] != '/' {
			return p, errors.New("a pattern begins with a slash")
		}
		return p, nil
	}
	p.parts = backwards(tree)
	p.match, err = regexp.Compile("^(?:" + text + ")$")
	if err == nil {
		err = unmixed(p.match)
	}
	return p, err
}

// methodOf takes the method off a pattern of net/http's.
func methodOf(text string) (method, rest string) {
	method, path, found := strings.Cut(text, " ")
	if path = strings.TrimLeft(path, " "); found && known(method) && strings.HasPrefix(path, "/") {
		return method, path
	}
	return "", text
}

// named is a name in braces that is all of a segment.
var named = regexp.MustCompile(`(?:^|/)\{[A-Za-z_][A-Za-z0-9_]*(?:\.\.\.)?\}(?:/|$)`)

// expand makes a regular expression of a pattern of net/http's.
func expand(text string) string {
	segments := strings.Split(text, "/")
	for i, s := range segments {
		name, isName := strings.CutPrefix(s, "{")
		name, closed := strings.CutSuffix(name, "}")
		long, tail := strings.CutSuffix(name, "...")
		switch {
		case !isName || !closed:
			segments[i] = regexp.QuoteMeta(s)
		case tail:
			segments[i] = "(?P<" + long + ">.*)"
		case name == "$":
			segments[i] = ""
		default:
			segments[i] = "(?P<" + name + ">[^/]+)"
		}
	}
	return strings.Join(segments, "/")
}

// unmixed refuses a pattern some of whose groups have names.
func unmixed(exp *regexp.Regexp) error {
	names := exp.SubexpNames()[1:]
	for _, n := range names {
		if (n == "") != (names[0] == "") {
			return errors.New("some of its groups have names and some have none")
		}
	}
	return nil
}

// serves reports whether a rule of this method is for the request's.
func (p pattern) serves(method string) bool {
	return p.method == "" || p.method == method || p.method == http.MethodGet && method == http.MethodHead
}

// same reports whether a rule is there already.
func (p pattern) same(other pattern) bool { return p.method == other.method && p.text == other.text }

// clash is core4's word for a rule that is there already.
func clash(what, text string) error { return fmt.Errorf("%s [%s] already exists", what, text) }
