package arg

import (
	"fmt"
	"reflect"

	"github.com/heddle-dev/heddle/pkg/rest/internal/scalar"
)

// input is an argument on its way into a Go value.
type input struct {
	value
	strict bool
	all    []value // for a list by the strict rules: every value of the name
}

func (v Values) input(name string, last value, t reflect.Type) input {
	in := input{value: last, strict: v.strict}
	if v.strict && last.text && isList(t) {
		in.all = v.named[name]
	}
	return in
}

// setter converts an argument. Its error completes the sentence
// "<name of the argument> …", or is errType.
type setter func(dst reflect.Value, in input) error

var setters = scalar.Table[setter]{
	Time: setTime, Duration: setDuration, Text: setText, String: setString, Bool: setBool, Int: setInt, Uint: setUint, Float: setFloat,
}

// names are what core4 calls scalars.
var names = scalar.Table[string]{
	Time: "datetime", Duration: "str", Text: "str", String: "str", Bool: "bool", Int: "int", Uint: "int", Float: "float",
}

var objectIDType = reflect.TypeFor[ObjectID]()

// setterOf is the setter of a type; it fails for types that no argument has.
// Null is the zero value of every type.
func setterOf(t reflect.Type) (setter, error) {
	set, err := fullSetterOf(t)
	if err != nil {
		return nil, err
	}
	return func(dst reflect.Value, in input) error {
		if in.raw == nil && len(in.all) == 0 {
			dst.SetZero()
			return nil
		}
		return set(dst, in)
	}, nil
}

func fullSetterOf(t reflect.Type) (setter, error) {
	if t.Kind() == reflect.Pointer {
		return pointerSetter(t)
	}
	if set, ok := setters.Of(t); ok {
		return set, nil
	}
	switch t.Kind() {
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return setAny, nil
		}
	case reflect.Slice:
		return listSetter(t)
	case reflect.Map:
		return dictSetter(t)
	case reflect.Struct:
		return setStruct, nil
	}
	return nil, fmt.Errorf("arg: no argument can be a %s", t)
}

func pointerSetter(t reflect.Type) (setter, error) {
	set, err := fullSetterOf(t.Elem())
	return func(dst reflect.Value, in input) error {
		if isDict(t.Elem()) && in.raw == "" { // for a dict, an empty text is null
			dst.SetZero()
			return nil
		}
		dst.Set(reflect.New(t.Elem()))
		return set(dst.Elem(), in)
	}, err
}

// bare is the type behind pointers.
func bare(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

func isList(t reflect.Type) bool {
	t = bare(t)
	return t.Kind() == reflect.Slice && !scalar.IsText(t)
}

func isDict(t reflect.Type) bool {
	return typeName(t) == "dict"
}

// typeName is what core4 calls a type: the as_type of its messages.
func typeName(t reflect.Type) string {
	t = bare(t)
	if t == objectIDType {
		return "ObjectId"
	}
	if name, ok := names.Of(t); ok {
		return name
	}
	switch t.Kind() {
	case reflect.Slice:
		return "list"
	case reflect.Map, reflect.Struct:
		return "dict"
	default:
		return "str"
	}
}
