package job

import (
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// text checks what every text must be: valid UTF-8 without NUL, not too long.
func (c *checker) text(field, v string, limit int) bool {
	switch {
	case len(v) > limit:
		c.add(field, "has %d bytes; at most %d are allowed", len(v), limit)
	case !utf8.ValidString(v):
		c.add(field, "is not valid UTF-8")
	case strings.ContainsRune(v, 0):
		c.add(field, "contains a NUL byte")
	default:
		return true
	}
	return false
}

// name checks a text that is shown on one line.
func (c *checker) name(field, v string) {
	if c.text(field, v, c.limits.Name) && strings.ContainsFunc(v, isControl) {
		c.add(field, "contains a control character")
	}
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// variables checks a set of environment variables.
func (c *checker) variables(field string, env map[string]string) {
	c.named(field, env, func(name string) bool {
		return len(name) <= c.limits.Name && Variable(name)
	}, "%q is not the name of a variable: letters, digits and _, not a digit first")
}

// options checks a set of values that only their reader understands.
func (c *checker) options(field string, values map[string]string) {
	c.named(field, values, func(name string) bool {
		return name != "" && len(name) <= c.limits.Name && !strings.ContainsFunc(name, odd)
	}, "%q is not the name of an option")
}

func odd(r rune) bool {
	return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '.' || r == '-')
}

func (c *checker) named(field string, values map[string]string, ok func(string) bool, otherwise string) {
	if !c.count(field, len(values), c.limits.Environment) {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(values)) {
		if !ok(k) {
			c.add(field, otherwise, clip(k))
			continue
		}
		c.text(field+"."+k, values[k], c.limits.Argument)
	}
}

func clip(s string) string {
	if len(s) > 64 {
		s = s[:64] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// path checks a path that must stay inside the working directory.
func (c *checker) path(field, p string) bool {
	if !c.text(field, p, c.limits.Path) {
		return false
	}
	clean := path.Clean(p)
	switch {
	case p == "", clean == ".":
		c.add(field, "names no file")
	case strings.HasPrefix(p, "/"):
		c.add(field, "must be relative to the working directory")
	case dotdot(p):
		c.add(field, "must not contain \"..\"")
	case strings.HasSuffix(p, "/"):
		c.add(field, "names a directory, not a file")
	default:
		return true
	}
	return false
}

func dotdot(p string) bool {
	for e := range strings.SplitSeq(p, "/") {
		if e == ".." {
			return true
		}
	}
	return false
}

func (c *checker) pattern(field, p string) {
	if !c.path(field, p) {
		return
	}
	if _, err := path.Match(p, ""); err != nil {
		c.add(field, "is not a pattern")
	}
}
