// Package lenient reads the JSON that people write by hand: with a comma after
// the last member, in single quotes, with keys and words that nobody quoted,
// and with a line break where a comma belongs. The samples in the manuals of
// two dialects are written that way, so users' scripts are too. It is separate
// because those dialects share it and must not import each other.
//
// Whatever is valid JSON (RFC 8259) means here what it means there; members
// keep their order, which matters where one value refers to another. What is
// written is always strict JSON.
package lenient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
)

// Number is a number as it was written.
type Number = json.Number

// Member is one name and its value.
type Member struct {
	Name  string
	Value any
}

// Object is a document's object: its members in the order of the text. Of a
// name that is repeated the last value counts, in the first one's place.
//
// A value is nil, a bool, a Number, a string, a []any or an Object.
type Object []Member

// Get returns the value of a name, and whether the object has it with a value
// other than null: null means the same as absent.
func (o Object) Get(name string) (any, bool) {
	for _, m := range o {
		if m.Name == name {
			return m.Value, m.Value != nil
		}
	}
	return nil, false
}

// Text returns a string, a number or a bool as it was written, and whether v
// is one of them.
func Text(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}

// With returns a copy of o in which name has the value.
func (o Object) With(name string, value any) Object {
	c := append(Object(nil), o...)
	for i := range c {
		if c[i].Name == name {
			c[i].Value = value
			return c
		}
	}
	return append(c, Member{name, value})
}

// MarshalJSON writes the object as strict JSON, in its order.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(m.Name)
		if err != nil {
			return nil, err
		}
		value, err := json.Marshal(m.Value)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(value)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// MaxDepth bounds how deep objects and lists may nest.
const MaxDepth = 64

// SyntaxError says where a text stops making sense.
type SyntaxError struct {
	Line, Column int // from 1; the column counts bytes
	Message      string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Message)
}

// Parse reads one document. The only error is *SyntaxError. It needs time and
// memory in proportion to the text; who calls bounds the text.
func Parse(text []byte) (any, error) {
	p := &parser{text: text}
	v, err := p.document()
	if err != nil {
		return nil, p.locate(err)
	}
	return v, nil
}
