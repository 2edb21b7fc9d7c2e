// Package arg is the one name space of a request's arguments: those of its
// query, of its form and of its JSON body together. It is separate from rest
// because core4's and TornadoREST's handlers ask for arguments by name, where
// rest's own routes say where each comes from.
//
// There are two sets of rules. Read follows core4 section 5: whatever is no
// argument is no mistake. ReadStrict follows TornadoREST (DIRAC section 5.3):
// a body that claims to be JSON must be JSON.
package arg

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"

	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
)

// Values are the arguments of one request. Of several values of one name the
// last one counts, in the order query, form, JSON. The zero Values has none.
// A copy shares the arguments with its original.
type Values struct {
	named       map[string][]value
	list        []any  // the JSON body, if it was a list
	whole       any    // the JSON body, if there was one
	body        []byte // as it was sent
	contentType string // of body
	json        bool   // there was a JSON body
	strict      bool
}

// value is one value of an argument: a text, or what JSON has (json.Number,
// bool, string, nil, []any, map[string]any).
type value struct {
	raw  any
	text bool // came as text, not in JSON
}

// Of makes Values of what JSON decodes to, for tests and for arguments that
// came in a message.
func Of(named map[string]any) Values {
	v := Values{named: make(map[string][]value, len(named))}
	for name, raw := range named {
		v.named[name] = []value{{raw: raw}}
	}
	return v
}

// Listed makes Values of the text of a JSON list, whose elements are
// positional arguments, by TornadoREST's rules; "" has none.
func Listed(text string) (Values, error) {
	v := Values{named: map[string][]value{}, strict: true}
	if text == "" {
		return v, nil
	}
	problem := v.readJSON([]byte(text))
	if _, isList := v.whole.([]any); problem == "" && !isList {
		problem = "must be a JSON list"
	}
	if problem != "" {
		return Values{}, Fault(Problem{Name: "args", Text: problem})
	}
	v.json = false // it is no body
	return v, nil
}

// Given reports whether the argument was sent, if only as JSON's null.
func (v Values) Given(name string) bool { return len(v.named[name]) > 0 }

// Has reports whether the argument was sent with a value other than null.
func (v Values) Has(name string) bool {
	last, ok := v.last(name)
	return ok && last.raw != nil
}

// Names lists the arguments that were sent, sorted.
func (v Values) Names() []string { return slices.Sorted(maps.Keys(v.named)) }

// Raw is the value that counts, unconverted: a string, or what JSON has, with
// numbers as json.Number. It is nil if there is none.
func (v Values) Raw(name string) any {
	last, _ := v.last(name)
	return last.raw
}

// Text is the value that counts as text: numbers and truths as they were
// written, objects and lists as JSON. It is "" if there is none.
func (v Values) Text(name string) string { return textOf(v.Raw(name)) }

// All are all values of a name as texts, in the order query, form, JSON; of a
// list in JSON each element is one. A null is none.
func (v Values) All(name string) []string {
	var out []string
	for _, one := range v.named[name] {
		list, ok := one.raw.([]any)
		if !ok {
			list = []any{one.raw}
		}
		for _, e := range list {
			if e != nil {
				out = append(out, textOf(e))
			}
		}
	}
	return out
}

// Remove forgets arguments, such as credentials that were used.
func (v Values) Remove(names ...string) {
	for _, name := range names {
		delete(v.named, name)
	}
}

// Body is the request's body as it was sent, nil if there was none.
func (v Values) Body() []byte { return v.body }

// File is a file that came with a form.
type File = body.File

// Files are the files of a multipart form that came under a name, in their
// order; those that are readable, if not all are. What is large is better read
// part by part (see rest.Parts).
func (v Values) Files(name string) []File { return body.Files(v.contentType, v.body, name) }

// JSON is the whole JSON body, whatever it was, with numbers as json.Number;
// false if there was none.
func (v Values) JSON() (any, bool) { return v.whole, v.json }

func (v Values) last(name string) (value, bool) {
	all := v.named[name]
	if len(all) == 0 {
		return value{}, false
	}
	return all[len(all)-1], true
}

// textOf spells a value as text; null is "".
func textOf(raw any) string {
	switch v := raw.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	default:
		b, _ := json.Marshal(v) // it came from JSON
		return string(b)
	}
}

// Get returns an argument as a T: a number, bool, string, map (of JSON's
// object), slice (of JSON's list), time.Time, time.Duration, ObjectID, a
// struct, any, or a pointer to one of these. An argument that was not sent is
// otherwise, or without that a fault "Missing argument NAME"; one that cannot
// be a T is a fault "parameter [NAME] expected as_type [TYPE]". JSON's null
// is the zero T and not otherwise.
func Get[T any](v Values, name string, otherwise ...T) (T, error) {
	var out T
	last, ok := v.last(name)
	switch {
	case !ok && len(otherwise) > 0:
		return otherwise[0], nil
	case !ok:
		return out, Fault(missing(name))
	}
	t := reflect.TypeFor[T]()
	set, err := setterOf(t)
	if err != nil {
		return out, err
	}
	dst := reflect.ValueOf(&out).Elem()
	if err := set(dst, v.input(name, last, t)); err != nil {
		var none T
		return none, Fault(mistyped(name, t, err))
	}
	return out, nil
}
