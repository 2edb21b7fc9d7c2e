package arg

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
)

// listSetter takes a list of JSON, the text of one, or, by the strict rules,
// every value of the name.
func listSetter(t reflect.Type) (setter, error) {
	set, err := setterOf(t.Elem())
	if err != nil {
		return nil, err
	}
	return func(dst reflect.Value, in input) error {
		elements, err := in.elements()
		if err != nil || elements == nil {
			dst.SetZero()
			return err
		}
		list := reflect.MakeSlice(t, len(elements), len(elements))
		for i, e := range elements {
			if in.strict && e.raw == nil && !nilable(t.Elem()) {
				return elementError(i, t.Elem(), errType) // it would be read as a 0 that nobody meant
			}
			if err := set(list.Index(i), e); err != nil {
				return elementError(i, t.Elem(), err)
			}
		}
		dst.Set(list)
		return nil
	}, nil
}

// nilable reports whether a type can tell null from a value.
func nilable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice, reflect.Interface:
		return true
	}
	return false
}

func elementError(i int, t reflect.Type, err error) error {
	if errors.Is(err, errType) {
		return fmt.Errorf("has an element, number %d, that %s", i, wants[typeName(t)])
	}
	return fmt.Errorf("has an element, number %d, that %w", i, err)
}

// elements are the elements of a list; nil is null.
func (in input) elements() ([]input, error) {
	var out []input
	if len(in.all) > 0 {
		for _, one := range in.all {
			out = append(out, input{value: one, strict: in.strict})
		}
		return out, nil
	}
	raw, err := in.structure()
	if err != nil || raw == nil {
		return nil, err
	}
	list, ok := raw.([]any)
	if !ok {
		return nil, errType
	}
	out = make([]input, len(list))
	for i, e := range list {
		out[i] = input{value: value{raw: e}, strict: in.strict}
	}
	return out, nil
}

// structure is a list or an object, which may have come as its text; an empty
// text is null.
func (in input) structure() (any, error) {
	text, isText := in.raw.(string)
	switch {
	case !isText:
		return in.raw, nil
	case text == "":
		return nil, nil
	case !in.words():
		return nil, errType
	}
	var raw any
	if body.CheckJSON([]byte(text)) != "" || decode([]byte(text), &raw) != nil {
		return nil, errType
	}
	return raw, nil
}

// dictSetter takes an object of JSON, or the text of one.
func dictSetter(t reflect.Type) (setter, error) {
	if t.Key().Kind() != reflect.String {
		return nil, fmt.Errorf("arg: no argument can be a %s", t)
	}
	set, err := setterOf(t.Elem())
	if err != nil {
		return nil, err
	}
	open := t.Elem().Kind() == reflect.Interface
	return func(dst reflect.Value, in input) error {
		object, err := in.object(open)
		if err != nil || object == nil {
			dst.SetZero()
			return err
		}
		dict := reflect.MakeMapWithSize(t, len(object))
		for name, raw := range object {
			e := reflect.New(t.Elem()).Elem()
			if err := set(e, input{value: value{raw: raw}, strict: in.strict}); err != nil {
				return memberError(name, t.Elem(), err)
			}
			dict.SetMapIndex(reflect.ValueOf(name).Convert(t.Key()), e)
		}
		dst.Set(dict)
		return nil
	}, nil
}

func memberError(name string, t reflect.Type, err error) error {
	if errors.Is(err, errType) {
		return fmt.Errorf("has a member %.40q that %s", name, wants[typeName(t)])
	}
	return fmt.Errorf("has a member %.40q that %w", name, err)
}

// object is the object; nil is null. In an open one, whose members are of any
// type, what stands for a time or an ObjectId is replaced.
func (in input) object(open bool) (map[string]any, error) {
	raw, err := in.structure()
	if err != nil || raw == nil {
		return nil, err
	}
	object, ok := raw.(map[string]any)
	if !ok {
		return nil, errType
	}
	if !open {
		return object, nil
	}
	out := make(map[string]any, len(object))
	for name, e := range object {
		if out[name], ok = revive(e); !ok {
			return nil, errType
		}
	}
	return out, nil
}

// setStruct takes an object whose members are the struct's, as encoding/json
// has it; unknown ones are refused.
func setStruct(dst reflect.Value, in input) error {
	raw, err := in.structure()
	if err != nil || raw == nil {
		dst.SetZero()
		return err
	}
	if _, ok := raw.(map[string]any); !ok {
		return errType
	}
	text, _ := json.Marshal(raw) // it came from JSON
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	err = dec.Decode(dst.Addr().Interface())
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return fmt.Errorf("has a member %q of the wrong type", wrong.Field)
	default:
		return errors.New("has a member that is unknown or not valid")
	}
}
