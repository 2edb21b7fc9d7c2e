package manifest

import (
	"errors"
	"strings"
)

var errQuote = errors.New("a quote has no end")

// split splits a text into words as a POSIX shell does (Shell Command
// Language, section 2.2), without expanding anything.
func split(s string) ([]string, error) {
	var words []string
	var word strings.Builder
	begun, quote := false, rune(0)
	escaped := false
	for _, c := range s {
		switch {
		case escaped:
			if c == '\n' { // continues the line
				escaped = false
				continue
			}
			if quote == '"' && !strings.ContainsRune("$`\"\\\n", c) {
				word.WriteByte('\\')
			}
			word.WriteRune(c)
			escaped = false
		case c == '\\' && quote != '\'':
			escaped, begun = true, true
		case quote != 0 && c == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(c)
		case c == '\'' || c == '"':
			quote, begun = c, true
		case c == ' ' || c == '\t' || c == '\n':
			if begun {
				words = append(words, word.String())
				word.Reset()
				begun = false
			}
		default:
			word.WriteRune(c)
			begun = true
		}
	}
	if quote != 0 || escaped {
		return nil, errQuote
	}
	if begun {
		words = append(words, word.String())
	}
	return words, nil
}

// join writes words so that split finds them again.
func join(words []string) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = w
		if w == "" || strings.ContainsAny(w, " \t\n'\"\\$`*?[]#~=%!{}();&|<>") {
			quoted[i] = literal(w)
		}
	}
	return strings.Join(quoted, " ")
}

func literal(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
