package tornado

import (
	"encoding"
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	timeType      = reflect.TypeFor[time.Time]()
)

// tagged is how DIRAC's JEncode writes what JSON has no type for.
type tagged struct {
	Class string `json:"__dCls"`
	Value string `json:"obj"`
}

// jencoded replaces times and bytes in a value, at every depth, by what
// JEncode makes of them: times are UTC, in seconds. Everything else is as
// encoding/json has it.
func jencoded(v any) any { return jencode(reflect.ValueOf(v)) }

func jencode(v reflect.Value) any {
	if !v.IsValid() {
		return nil
	}
	switch t := v.Type(); {
	case t == timeType:
		return tagged{"dt", v.Interface().(time.Time).UTC().Format(time.DateTime)}
	case t.Kind() != reflect.Interface && t.Kind() != reflect.Pointer && (t.Implements(jsonMarshaler) || t.Implements(textMarshaler)):
		return v.Interface()
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return jencode(v.Elem())
	case reflect.Slice, reflect.Array:
		return jencodeList(v)
	case reflect.Map:
		if v.Type().Key().Kind() != reflect.String {
			return v.Interface()
		}
		out := make(map[string]any, v.Len())
		for k, e := range v.Seq2() {
			out[k.String()] = jencode(e)
		}
		return out
	case reflect.Struct:
		out := map[string]any{}
		jencodeFields(v, out)
		return out
	}
	return v.Interface()
}

func jencodeList(v reflect.Value) any {
	if v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8 {
		return tagged{"b64", base64.StdEncoding.EncodeToString(v.Bytes())}
	}
	out := make([]any, v.Len())
	for i := range out {
		out[i] = jencode(v.Index(i))
	}
	return out
}

// jencodeFields takes the fields that encoding/json would.
func jencodeFields(v reflect.Value, out map[string]any) {
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		name, opts, _ := strings.Cut(sf.Tag.Get("json"), ",")
		switch {
		case name == "-" && opts == "", !sf.IsExported() && !sf.Anonymous:
		case sf.Anonymous && name == "" && v.Field(i).Kind() == reflect.Struct:
			jencodeFields(v.Field(i), out)
		case !sf.IsExported():
		case strings.Contains(opts, "omitempty") && empty(v.Field(i)), strings.Contains(opts, "omitzero") && v.Field(i).IsZero():
		case name == "":
			out[sf.Name] = jencode(v.Field(i))
		default:
			out[name] = jencode(v.Field(i))
		}
	}
}

func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}
