package rest

import (
	"bytes"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/internal/scalar"
)

// encoding/json stops at the first mistake and does not always say where it
// is. When it has failed, the body is read once more here, only to name every
// mistake by its path; what a body means is never decided here.

// explain names the mistakes of a body that could not be decoded into t.
func explain(body []byte, t reflect.Type, err error) []fault.Field {
	if errors.Is(err, errTrailing) {
		return []fault.Field{{Name: "body", Message: errTrailing.Error()}}
	}
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return []fault.Field{{Name: "body", Message: fmt.Sprintf("is no JSON: %v at byte %d", syntax, syntax.Offset)}}
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return []fault.Field{{Name: "body", Message: "is no JSON: it ends too early"}}
	}
	x := examiner{}
	if v, ok := loose(body); ok {
		x.look("", v, t)
	}
	if len(x.bad) == 0 { // the decoder knows something that we do not
		x.say("", strings.TrimPrefix(err.Error(), "json: "))
	}
	return x.bad
}

// missing names the members that t requires and the body has not.
func missing(body []byte, t reflect.Type) []fault.Field {
	x := examiner{}
	if v, ok := loose(body); ok {
		x.look("", v, t)
	}
	return x.bad
}

func loose(body []byte) (any, bool) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	return v, dec.Decode(&v) == nil
}

// maxMistakes bounds what one answer lists.
const maxMistakes = 50

type examiner struct{ bad []fault.Field }

func (x *examiner) say(path, message string) {
	if path == "" {
		path = "body"
	}
	if len(x.bad) < maxMistakes {
		x.bad = append(x.bad, fault.Field{Name: path, Message: message})
	}
}

var jsonType = reflect.TypeFor[json.Unmarshaler]()

func (x *examiner) look(path string, v any, t reflect.Type) {
	t = bare(t)
	if v == nil || t.Kind() == reflect.Interface {
		return
	}
	if p := reflect.PointerTo(t); p.Implements(jsonType) || scalar.IsText(t) {
		x.ask(path, v, t)
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		x.object(path, v, t)
	case reflect.Map:
		x.mapping(path, v, t)
	case reflect.Slice, reflect.Array:
		x.list(path, v, t)
	default:
		x.ask(path, v, t)
	}
}

// ask lets the type itself read the value.
func (x *examiner) ask(path string, v any, t reflect.Type) {
	text, err := json.Marshal(v)
	if err != nil {
		return
	}
	if err = json.Unmarshal(text, reflect.New(t).Interface()); err != nil {
		x.say(path, "must be "+expected(t, err))
	}
}

func (x *examiner) object(path string, v any, t reflect.Type) {
	m, ok := v.(map[string]any)
	if !ok {
		x.say(path, "must be an object")
		return
	}
	known := jsonFields(t)
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	given := map[string]bool{}
	for _, name := range names {
		f, ok := known.find(name)
		if !ok {
			x.say(join(path, name), "is unknown")
			continue
		}
		given[f.name] = m[name] != nil
		x.look(join(path, name), m[name], f.typ)
	}
	for _, f := range known {
		if f.required && !given[f.name] {
			x.say(join(path, f.name), "is required")
		}
	}
}

func (x *examiner) mapping(path string, v any, t reflect.Type) {
	m, ok := v.(map[string]any)
	if !ok {
		x.say(path, "must be an object")
		return
	}
	for name, e := range m {
		x.look(join(path, name), e, t.Elem())
	}
}

func (x *examiner) list(path string, v any, t reflect.Type) {
	if t.Elem().Kind() == reflect.Uint8 {
		x.ask(path, v, t)
		return
	}
	l, ok := v.([]any)
	if !ok {
		x.say(path, "must be a list")
		return
	}
	for i, e := range l {
		x.look(fmt.Sprintf("%s[%d]", path, i), e, t.Elem())
	}
}

// expected says what a type wants, in the words of JSON.
func expected(t reflect.Type, err error) string {
	switch {
	case t == scalar.Time:
		return "a date and time with zone, such as \"2026-11-21T08:00:00Z\""
	case t.Implements(reflect.TypeFor[encoding.TextMarshaler]()), scalar.IsText(t),
		reflect.PointerTo(t).Implements(jsonType):
		return "valid: " + strings.TrimPrefix(err.Error(), "json: ")
	}
	switch t.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Bool:
		return "true or false"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.Slice, reflect.Array:
		return "a text in base64"
	default:
		return fmt.Sprintf("a whole number that fits %s", t.Kind())
	}
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}
