package arg

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/internal/scalar"
)

// Field is one argument that a struct takes, for binding and for its
// description.
type Field struct {
	Name     string
	As       string       // its type in core4's words: int, float, bool, str, dict, list, datetime, ObjectId
	Type     reflect.Type // of the struct's field
	Doc      string       // the tag doc:"…"
	Default  *string      // as text, nil if there is none
	Required bool         // refused if it was not sent
	// Keyword arguments are sent by name only, Path ones by position only.
	Keyword, Path bool

	index []int
	set   setter
}

// DefaultValue is the default as a value of Type, as JSON shows it; false if
// there is none.
func (f Field) DefaultValue() (any, bool) {
	if f.Default == nil {
		return nil, false
	}
	v := reflect.New(f.Type).Elem()
	_ = f.fallBack(v) // tried by Compile
	if bare(f.Type) == scalar.Duration {
		return *f.Default, true
	}
	return v.Interface(), true
}

// Plan fills one type of struct with arguments. It is compiled once, from the
// tags of the struct's fields:
//
//	arg:"name"           an argument
//	arg:"name,keyword"   sent by name only
//	arg:"name,path"      sent by position only
//	arg:"name,optional"  may be left out, whatever the plan demands
//	arg:",tail"          a slice of the positional arguments that are left
//	arg:",rest"          a map[string]any of every other named argument
//
// with default:"…" (text; of a list or an object its JSON), required:"true"
// and doc:"…". Fields without the tag are left alone; those of embedded
// structs are the struct's own.
type Plan struct {
	fields     []Field
	positional []int // of fields, those that may be sent by position, in order
	tail       *Field
	rest       []int // index of the struct's field, nil if there is none
}

// Compile makes the plan of a struct. With demand, an argument is required
// unless it has a default, is a pointer or is marked optional; without, it is
// required if its tag says so.
func Compile(t reflect.Type, demand bool) (*Plan, error) {
	if t.Kind() != reflect.Struct {
		return nil, fmt.Errorf("arguments go into a struct, not %s", t)
	}
	p := &Plan{}
	if err := p.compile(t, nil, demand); err != nil {
		return nil, err
	}
	return p, nil
}

// Fields are the named arguments in the order of the struct.
func (p *Plan) Fields() []Field { return slices.Clone(p.fields) }

// Positional are the arguments that may be sent by position, in their order.
func (p *Plan) Positional() []Field {
	out := make([]Field, len(p.positional))
	for i, at := range p.positional {
		out[i] = p.fields[at]
	}
	return out
}

// HasTail reports whether positional arguments beyond Positional are taken.
func (p *Plan) HasTail() bool { return p.tail != nil }

// HasRest reports whether arguments of any name are taken.
func (p *Plan) HasRest() bool { return p.rest != nil }

// Empty reports whether the struct takes no arguments.
func (p *Plan) Empty() bool { return len(p.fields) == 0 && p.tail == nil && p.rest == nil }

func (p *Plan) compile(t reflect.Type, at []int, demand bool) error {
	var errs []error
	for i := range t.NumField() {
		sf := t.Field(i)
		index := append(slices.Clone(at), i)
		tag, tagged := sf.Tag.Lookup("arg")
		var err error
		switch {
		case tagged && !sf.IsExported():
			err = errors.New("is not exported")
		case tagged:
			err = p.add(sf, tag, index, demand)
		case sf.Anonymous && sf.Type.Kind() == reflect.Struct:
			err = p.compile(sf.Type, index, demand)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("%s.%s: %w", t, sf.Name, err))
		}
	}
	return errors.Join(errs...)
}

func (p *Plan) add(sf reflect.StructField, tag string, index []int, demand bool) error {
	name, option, _ := strings.Cut(tag, ",")
	if option == "rest" {
		return p.setRest(sf, name, index)
	}
	set, err := setterOf(sf.Type)
	if err != nil {
		return err
	}
	f := Field{Name: name, As: typeName(sf.Type), Type: sf.Type, Doc: sf.Tag.Get("doc"), index: index, set: set}
	switch option {
	case "", "optional":
	case "keyword":
		f.Keyword = true
	case "path":
		f.Path = true
	case "tail":
		return p.setTail(f)
	default:
		return fmt.Errorf("arg:%q has an unknown option", tag)
	}
	if name == "" || slices.ContainsFunc(p.fields, func(o Field) bool { return o.Name == name }) {
		return fmt.Errorf("arg:%q has no name of its own", tag)
	}
	if err := f.setDefault(sf.Tag); err != nil {
		return err
	}
	f.Required = f.Default == nil && (sf.Tag.Get("required") == "true" ||
		demand && option != "optional" && sf.Type.Kind() != reflect.Pointer)
	if !f.Keyword {
		p.positional = append(p.positional, len(p.fields))
	}
	p.fields = append(p.fields, f)
	return nil
}

func (f *Field) setDefault(tag reflect.StructTag) error {
	text, ok := tag.Lookup("default")
	if !ok {
		return nil
	}
	f.Default = &text
	if err := f.fallBack(reflect.New(f.Type).Elem()); err != nil {
		return fmt.Errorf("default %q: %s", text, mistyped(f.Name, f.Type, err).Text)
	}
	return nil
}

// fallBack sets the default.
func (f *Field) fallBack(dst reflect.Value) error {
	return f.set(dst, input{value: value{raw: *f.Default, text: true}})
}

func (p *Plan) setTail(f Field) error {
	if f.Name != "" || p.tail != nil || f.Type.Kind() != reflect.Slice {
		return errors.New("a tail is one slice without a name")
	}
	f.Name = "arguments" // in what is said of them
	p.tail = &f
	return nil
}

func (p *Plan) setRest(sf reflect.StructField, name string, index []int) error {
	if name != "" || p.rest != nil || sf.Type != reflect.TypeFor[map[string]any]() {
		return errors.New("a rest is one map[string]any without a name")
	}
	p.rest = index
	return nil
}
