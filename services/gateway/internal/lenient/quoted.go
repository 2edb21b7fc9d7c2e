package lenient

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// number is the grammar of RFC 8259, section 6.
var number = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// escapes are the one-letter escapes; \' is for texts in single quotes.
var escapes = map[byte]byte{'"': '"', '\'': '\'', '\\': '\\', '/': '/',
	'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// quoted reads a text between quotes of the given kind.
func (p *parser) quoted(quote byte) (string, error) {
	p.pos++
	var b strings.Builder
	for !p.end() {
		switch c := p.text[p.pos]; {
		case c == quote:
			p.pos++
			return b.String(), nil
		case c == '\\':
			if err := p.escape(&b); err != nil {
				return "", err
			}
		case c < ' ' && c != '\t':
			return "", fmt.Errorf("control character %q in a quoted text", c)
		default:
			b.WriteByte(c)
			p.pos++
		}
	}
	return "", errors.New("a quoted text has no end")
}

func (p *parser) escape(b *strings.Builder) error {
	if p.pos+1 >= len(p.text) {
		return errors.New("a quoted text has no end")
	}
	c := p.text[p.pos+1]
	if plain, ok := escapes[c]; ok {
		b.WriteByte(plain)
		p.pos += 2
		return nil
	}
	r, ok := p.unit(p.pos)
	if !ok {
		return errors.New("unknown escape in a quoted text")
	}
	p.pos += 6
	if utf16.IsSurrogate(r) {
		low, _ := p.unit(p.pos)
		if r = utf16.DecodeRune(r, low); r != utf8.RuneError {
			p.pos += 6
		}
	}
	b.WriteRune(r)
	return nil
}

// unit reads the \uXXXX at the given place: one unit of UTF-16.
func (p *parser) unit(at int) (rune, bool) {
	if at+6 > len(p.text) || p.text[at] != '\\' || p.text[at+1] != 'u' {
		return 0, false
	}
	v, err := strconv.ParseUint(string(p.text[at+2:at+6]), 16, 16)
	return rune(v), err == nil
}
