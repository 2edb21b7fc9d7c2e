package lenient

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// parser walks over the text. A failing method leaves pos at the culprit.
type parser struct {
	text []byte
	pos  int
}

func (p *parser) locate(err error) *SyntaxError {
	before := p.text[:min(p.pos, len(p.text))]
	line := bytes.Count(before, []byte("\n")) + 1
	return &SyntaxError{line, len(before) - bytes.LastIndexByte(before, '\n'), err.Error()}
}

func (p *parser) document() (any, error) {
	if !utf8.Valid(p.text) {
		return nil, errors.New("the text is not UTF-8")
	}
	p.space()
	if p.end() {
		return nil, errors.New("the document is empty")
	}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); !p.end() {
		return nil, fmt.Errorf("unexpected %s after the document", p.here())
	}
	return v, nil
}

func (p *parser) value(depth int) (any, error) {
	if depth > MaxDepth {
		return nil, fmt.Errorf("nested deeper than %d", MaxDepth)
	}
	switch c := p.peek(); c {
	case '{':
		return p.object(depth)
	case '[':
		return p.list(depth)
	case '"', '\'':
		return p.quoted(c)
	default:
		return p.word()
	}
}

func (p *parser) object(depth int) (any, error) {
	o := Object{}
	at := map[string]int{} // where each name is: an object may be large
	err := p.items('}', func() error {
		name, err := p.name()
		if err != nil {
			return err
		}
		if p.space(); p.peek() != ':' {
			return fmt.Errorf("expected ':' after the name %q, found %s", name, p.here())
		}
		p.pos++
		p.space()
		v, err := p.value(depth + 1)
		if i, ok := at[name]; ok {
			o[i].Value = v
			return err
		}
		at[name] = len(o)
		o = append(o, Member{name, v})
		return err
	})
	return o, err
}

func (p *parser) list(depth int) (any, error) {
	l := []any{}
	err := p.items(']', func() error {
		v, err := p.value(depth + 1)
		l = append(l, v)
		return err
	})
	return l, err
}

// items reads what is between an opening bracket and its close, item by item.
// Between two items there is a comma or a line break; after the last one there
// may be a comma.
func (p *parser) items(closing byte, item func() error) error {
	p.pos++ // the opening bracket
	for p.space(); ; {
		if p.end() {
			return fmt.Errorf("expected %q before the end", closing)
		}
		if p.peek() == closing {
			p.pos++
			return nil
		}
		if err := item(); err != nil {
			return err
		}
		broken := p.space()
		switch c := p.peek(); {
		case c == ',':
			p.pos++
			p.space()
		case c == closing || broken || p.end():
		default:
			return fmt.Errorf("expected ',' or %q, found %s", closing, p.here())
		}
	}
}

func (p *parser) name() (string, error) {
	if c := p.peek(); c == '"' || c == '\'' {
		return p.quoted(c)
	}
	name := strings.TrimRight(p.until(":,{}[]\"'\n"), " \t\r")
	if name == "" {
		return "", fmt.Errorf("expected a name, found %s", p.here())
	}
	return name, nil
}

// word reads what stands unquoted: a literal, a number, or else a text up to
// the end of the item.
func (p *parser) word() (any, error) {
	w := strings.TrimRight(p.until(",{}[]\"'\n"), " \t\r")
	switch {
	case w == "":
		return nil, fmt.Errorf("expected a value, found %s", p.here())
	case w == "null":
		return nil, nil
	case w == "true", w == "false":
		return w == "true", nil
	case number.MatchString(w):
		return Number(w), nil
	}
	return w, nil
}

func (p *parser) until(stops string) string {
	n := bytes.IndexAny(p.text[p.pos:], stops)
	if n < 0 {
		n = len(p.text) - p.pos
	}
	s := string(p.text[p.pos : p.pos+n])
	p.pos += n
	return s
}

// space skips white space and reports whether there was a line break in it.
func (p *parser) space() (broken bool) {
	for ; !p.end(); p.pos++ {
		switch p.text[p.pos] {
		case '\n':
			broken = true
		case ' ', '\t', '\r':
		default:
			return broken
		}
	}
	return broken
}

func (p *parser) end() bool { return p.pos >= len(p.text) }

// peek is the byte at pos, or zero at the end.
func (p *parser) peek() byte {
	if p.end() {
		return 0
	}
	return p.text[p.pos]
}

// here names what is at pos, for messages.
func (p *parser) here() string {
	if p.end() {
		return "the end"
	}
	r, _ := utf8.DecodeRune(p.text[p.pos:])
	return fmt.Sprintf("%q", r)
}
