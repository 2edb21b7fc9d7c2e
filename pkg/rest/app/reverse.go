package app

import (
	"fmt"
	"net/url"
	"regexp/syntax"
	"strconv"
	"strings"
)

// flat are the parts of a pattern that stand one after the other.
func flat(tree *syntax.Regexp) []*syntax.Regexp {
	if tree.Op == syntax.OpConcat {
		return tree.Sub
	}
	return []*syntax.Regexp{tree}
}

// shown is a pattern in rest's syntax, for listings and metrics: groups in
// braces if each is a segment of its own, otherwise what is literal in front.
func shown(tree *syntax.Regexp) string {
	var b strings.Builder
	groups := 0
	plain := true
	for _, part := range flat(tree) {
		switch {
		case part.Op == syntax.OpLiteral && plain:
			b.WriteString(string(part.Rune))
		case part.Op == syntax.OpCapture && plain && strings.HasSuffix(b.String(), "/"):
			name := part.Name
			if name == "" {
				name = strconv.Itoa(groups)
			}
			b.WriteString("{" + name + "}")
			groups++
		case plain && optionalSlash(part):
		case plain && (part.Op == syntax.OpQuest || part.Op == syntax.OpCapture) && slashed(part.Sub[0]):
			return literalPart(b.String()+"/") + "/{rest...}"
		case part.Op != syntax.OpEmptyMatch:
			plain = false
		}
	}
	text := strings.TrimSuffix(b.String(), "/")
	if plain && segmented(text) {
		return text
	}
	return literalPart(text) + "/{rest...}"
}

// literalPart is what rest can read of a pattern's beginning: whole segments
// without names.
func literalPart(text string) string {
	out := ""
	segments := strings.Split(text, "/")
	for _, seg := range segments[1:max(len(segments)-1, 1)] {
		if !segmented("/"+seg) || strings.HasPrefix(seg, "{") {
			break
		}
		out += "/" + seg
	}
	return out
}

func optionalSlash(part *syntax.Regexp) bool {
	return part.Op == syntax.OpQuest && part.Sub[0].Op == syntax.OpLiteral && string(part.Sub[0].Rune) == "/"
}

// slashed reports whether what a pattern matches begins with a slash.
func slashed(part *syntax.Regexp) bool {
	first := flat(part)[0]
	return first.Op == syntax.OpLiteral && first.Rune[0] == '/'
}

// segmented reports whether rest can read a pattern.
func segmented(text string) bool {
	if text == "" {
		return true
	}
	if text[0] != '/' {
		return false
	}
	for seg := range strings.SplitSeq(text[1:], "/") {
		inner := strings.TrimSuffix(strings.TrimPrefix(seg, "{"), "}")
		if inner == "" || strings.ContainsAny(inner, "{}%?# ") || strings.HasPrefix(seg, "{") != strings.HasSuffix(seg, "}") {
			return false
		}
	}
	return true
}

// backwards are the literal texts around the groups of a pattern, nil if it
// has parts of which nobody knows what to write.
func backwards(tree *syntax.Regexp) []string {
	parts := []string{""}
	for _, part := range flat(tree) {
		switch part.Op {
		case syntax.OpLiteral:
			parts[len(parts)-1] += string(part.Rune)
		case syntax.OpCapture:
			parts = append(parts, "")
		case syntax.OpEmptyMatch:
		default:
			return nil
		}
	}
	return parts
}

// Reverse is the path of the container's rule of a name, with values in place
// of the groups of its pattern, in their order.
func (c *Call) Reverse(name string, values ...string) (string, error) {
	for _, r := range c.resource.mapper.resources {
		if name == "" || r.rule != name {
			continue
		}
		parts := r.pattern.parts
		if len(parts) != len(values)+1 {
			return "", fmt.Errorf("route %s: takes %d values, not %d", name, max(len(parts)-1, 0), len(values))
		}
		var b strings.Builder
		b.WriteString(c.root)
		for i, text := range parts {
			b.WriteString((&url.URL{Path: text}).EscapedPath())
			if i < len(values) {
				b.WriteString(escaped(values[i]))
			}
		}
		return b.String(), nil
	}
	return "", fmt.Errorf("route %s: there is none of this name", name)
}

// escaped is a value for a path. Its slashes stay, as a group may span segments.
func escaped(value string) string {
	return strings.ReplaceAll(url.PathEscape(value), "%2F", "/")
}
