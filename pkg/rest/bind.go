package rest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// binder fills a request struct. It is compiled once, when the server starts.
type binder struct {
	fields            []field
	body              *bodyField
	hasQuery, hasForm bool
}

// field is one struct field that takes text.
type field struct {
	index    []int
	sources  []source // the first that is given wins
	required bool
	fallback []string // the default, if there is one
	parse    parser
	list     bool
}

type source struct {
	from string // "path", "query", "header" or "form"
	name string
}

// sources, in the order in which they win.
var sourceTags = []string{"path", "query", "form", "header"}

func newBinder(t reflect.Type, p pattern) (*binder, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("a request is a struct, not %s", t)
	}
	b := &binder{}
	if err := b.compile(t, nil, p); err != nil {
		return nil, err
	}
	if b.body != nil && b.hasForm {
		return nil, fmt.Errorf("%s: a body is JSON or a form, not both", t)
	}
	return b, nil
}

func (b *binder) compile(t reflect.Type, at []int, p pattern) error {
	var errs []error
	for i := range t.NumField() {
		sf := t.Field(i)
		index := append(slices.Clone(at), i)
		if err := b.compileField(sf, index, p); err != nil {
			errs = append(errs, fmt.Errorf("%s.%s: %w", t, sf.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (b *binder) compileField(sf reflect.StructField, index []int, p pattern) error {
	sources := sourcesOf(sf.Tag)
	form, isBody := sf.Tag.Lookup("body")
	switch {
	case len(sources) == 0 && !isBody:
		if sf.Anonymous && sf.Type.Kind() == reflect.Struct {
			return b.compile(sf.Type, index, p)
		}
		return nil
	case !sf.IsExported():
		return errors.New("is not exported")
	case isBody && len(sources) > 0:
		return errors.New("is the body or not, but not both")
	case isBody:
		return b.setBody(form, sf, index)
	}
	return b.addField(sf, index, sources, p)
}

func (b *binder) setBody(form string, sf reflect.StructField, index []int) error {
	if form != "json" {
		return fmt.Errorf("body:%q is unknown; it is \"json\"", form)
	}
	if b.body != nil {
		return errors.New("there is another body")
	}
	b.body = &bodyField{index: index, required: sf.Tag.Get("required") == "true", requires: requires(sf.Type, nil)}
	return nil
}

func (b *binder) addField(sf reflect.StructField, index []int, sources []source, p pattern) error {
	parse, list, err := parserOf(sf.Type)
	if err != nil {
		return err
	}
	f := field{index: index, sources: sources, parse: parse, list: list, required: sf.Tag.Get("required") == "true"}
	for _, s := range sources {
		if s.from == "path" && !slices.ContainsFunc(p.wilds, func(w segment) bool { return w.text == s.name }) {
			return fmt.Errorf("the pattern has no {%s}", s.name)
		}
		b.hasQuery = b.hasQuery || s.from == "query"
		b.hasForm = b.hasForm || s.from == "form"
	}
	if text, ok := sf.Tag.Lookup("default"); ok {
		f.fallback = []string{text}
		if list {
			f.fallback = splitList(f.fallback)
		}
		if err := f.set(reflect.New(sf.Type).Elem(), f.fallback); err != nil {
			return fmt.Errorf("default: %w", err)
		}
	}
	b.fields = append(b.fields, f)
	return nil
}

func sourcesOf(tag reflect.StructTag) []source {
	var out []source
	for _, from := range sourceTags {
		if name, ok := tag.Lookup(from); ok && name != "" && name != "-" {
			out = append(out, source{from, name})
		}
	}
	return out
}

// bind reads the request into q. All that is wrong is told at once.
func (b *binder) bind(c *call, q reflect.Value) error {
	in := input{c: c}
	if b.hasForm {
		if err := in.readForm(); err != nil {
			return err
		}
	}
	var bad []fault.Field
	if b.hasQuery {
		var err error
		if in.query, err = url.ParseQuery(c.r.URL.RawQuery); err != nil {
			bad = append(bad, fault.Field{Name: "query", Message: "is not readable: " + err.Error()})
		}
	}
	for _, f := range b.fields {
		bad = f.bind(&in, q, bad)
	}
	if b.body != nil {
		fields, err := b.body.decode(c, q)
		if err != nil {
			return err
		}
		bad = append(bad, fields...)
	}
	return invalid(bad)
}

// invalid is nil, or one fault that names every field.
func invalid(bad []fault.Field) error {
	if len(bad) == 0 {
		return nil
	}
	message := fmt.Sprintf("%s %s.", bad[0].Name, bad[0].Message)
	if len(bad) > 1 {
		message = fmt.Sprintf("%s %s; %d more problems are listed.", bad[0].Name, bad[0].Message, len(bad)-1)
	}
	f := fault.New(fault.Invalid, "request.invalid", "%s", message)
	f.Fields = bad
	return f
}

func (f *field) bind(in *input, q reflect.Value, bad []fault.Field) []fault.Field {
	for _, s := range f.sources {
		values := in.values(s, f.list)
		if len(values) == 0 {
			continue
		}
		if err := f.set(q.FieldByIndex(f.index), values); err != nil {
			bad = append(bad, fault.Field{Name: s.name, Message: err.Error()})
		}
		return bad
	}
	switch {
	case f.fallback != nil:
		_ = f.set(q.FieldByIndex(f.index), f.fallback) // tried at the start
	case f.required:
		bad = append(bad, fault.Field{Name: f.sources[0].name, Message: "is required"})
	}
	return bad
}

func (f *field) set(dst reflect.Value, values []string) error {
	if !f.list && len(values) > 1 {
		return errors.New("is given more than once")
	}
	return f.parse(dst, values)
}

// input is a request taken apart, as far as the binder needs it.
type input struct {
	c     *call
	query url.Values
	form  url.Values
}

// values returns what the request gives for a name. A list may be repeated or
// separated by commas, save in a path, whose segments are taken as they are.
func (in *input) values(s source, list bool) []string {
	var values []string
	switch s.from {
	case "path":
		return in.c.pathValues(s.name, list)
	case "query":
		values = in.query[s.name]
	case "form":
		values = in.form[s.name]
	default:
		values = in.c.r.Header[http.CanonicalHeaderKey(s.name)]
		if len(values) > 1 && !list { // several lines are one value: RFC 9110 section 5.3
			return []string{strings.Join(values, ", ")}
		}
	}
	if list {
		return splitList(values)
	}
	return values
}

// splitList cuts values at commas; empty ones are none.
func splitList(values []string) []string {
	var out []string
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}
