package arg

import (
	"encoding"
	"fmt"
	"reflect"
	"time"
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

var (
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
	objectIDType = reflect.TypeFor[ObjectID]()
)

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
	switch {
	case t.Kind() == reflect.Pointer:
		return pointerSetter(t)
	case t == timeType:
		return setTime, nil
	case t == durationType:
		return setDuration, nil
	case reflect.PointerTo(t).Implements(textType):
		return setText, nil
	}
	switch t.Kind() {
	case reflect.Interface:
		if t.NumMethod() == 0 {
			return setAny, nil
		}
	case reflect.String:
		return setString, nil
	case reflect.Bool:
		return setBool, nil
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return setInt, nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return setUint, nil
	case reflect.Float32, reflect.Float64:
		return setFloat, nil
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
	return t.Kind() == reflect.Slice && !reflect.PointerTo(t).Implements(textType)
}

func isDict(t reflect.Type) bool {
	return typeName(t) == "dict"
}

// typeName is what core4 calls a type: the as_type of its messages.
func typeName(t reflect.Type) string {
	t = bare(t)
	switch {
	case t == timeType:
		return "datetime"
	case t == objectIDType:
		return "ObjectId"
	case t == durationType, reflect.PointerTo(t).Implements(textType):
		return "str"
	}
	switch t.Kind() {
	case reflect.Bool:
		return "bool"
	case reflect.Float32, reflect.Float64:
		return "float"
	case reflect.Slice:
		return "list"
	case reflect.Map, reflect.Struct:
		return "dict"
	case reflect.String, reflect.Interface:
		return "str"
	default:
		return "int"
	}
}
