package search

import (
	"regexp"
	"strconv"
	"strings"
)

// kind is that of a token.
type kind int

const (
	end kind = iota
	sign
	name
	text
	number
)

type token struct {
	kind  kind
	text  string
	value float64 // of a number
}

var (
	spaces = regexp.MustCompile(`^\s+`)
	signs  = regexp.MustCompile(`^(==|!=|<=|>=|[<>()\[\],])`)
	names  = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*`)
	digits = regexp.MustCompile(`^-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?`)
	single = regexp.MustCompile(`^[rR]?'((?:[^'\\]|\\.)*)'`)
	double = regexp.MustCompile(`^[rR]?"((?:[^"\\]|\\.)*)"`)
)

// words are names that are signs.
var words = map[string]bool{"and": true, "or": true, "not": true, "in": true}

// scan takes a text apart. What no expression has gives ErrNone.
func scan(s string) ([]token, error) {
	var out []token
	for s = s[len(spaces.FindString(s)):]; s != ""; s = s[len(spaces.FindString(s)):] {
		t, size := first(s)
		if size == 0 {
			return nil, ErrNone
		}
		out, s = append(out, t), s[size:]
	}
	return out, nil
}

// first is the token that a text begins with, and its length; 0 is none.
func first(s string) (token, int) {
	for _, quoted := range []*regexp.Regexp{single, double} {
		if m := quoted.FindStringSubmatch(s); m != nil {
			inner := m[1]
			if raw := s[0] == 'r' || s[0] == 'R'; !raw {
				inner = unescape.Replace(inner)
			}
			return token{kind: text, text: inner}, len(m[0])
		}
	}
	if m := signs.FindString(s); m != "" {
		return token{kind: sign, text: m}, len(m)
	}
	if m := names.FindString(s); m != "" {
		k := name
		if words[m] {
			k = sign
		}
		return token{kind: k, text: m}, len(m)
	}
	m := digits.FindString(s)
	n, err := strconv.ParseFloat(m, 64)
	if err != nil {
		return token{}, 0
	}
	return token{kind: number, value: n}, len(m)
}

// unescape reads the escapes that Python's texts share with others. One that
// is none, as \d in a pattern, stays as it is.
var unescape = strings.NewReplacer(`\\`, `\`, `\'`, `'`, `\"`, `"`, `\n`, "\n", `\t`, "\t")
