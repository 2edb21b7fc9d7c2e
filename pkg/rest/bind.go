package rest

import (
	"errors"
	"fmt"
	"reflect"
	"slices"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

// binder fills a request struct. It is compiled once, when the server starts.
type binder struct {
	fields            []field
	body              *bodyField
	args              *arg.Plan // nil if the struct takes no arguments by name alone
	hasQuery, hasForm bool
	query             []string // names of the parameters
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
	args, err := arg.Compile(t, false)
	switch {
	case err != nil:
		return nil, err
	case b.body != nil && b.hasForm:
		return nil, fmt.Errorf("%s: a body is JSON or a form, not both", t)
	case !args.Empty() && (b.body != nil || b.hasForm):
		return nil, fmt.Errorf("%s: a body has arguments, or it is taken otherwise, not both", t)
	case !args.Empty():
		b.args = args
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
	_, isArg := sf.Tag.Lookup("arg")
	switch {
	case isArg && (isBody || len(sources) > 0):
		return errors.New("is an argument or comes from one place, but not both")
	case isArg:
		return nil // arg.Compile sees to it
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
		if s.from == "query" {
			b.hasQuery, b.query = true, append(b.query, s.name)
		}
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
