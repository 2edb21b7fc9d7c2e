package media

import (
	"encoding"
	"encoding/json"
	"math"
	"reflect"
	"time"
)

// Plain is a value as core4 writes it in JSON: moments as layout spells them,
// spans of time in seconds, and null for a number that JSON does not have. It
// looks into everything that encoding/json looks into, and writes the rest as
// that does; what marshals itself says for itself how it is written.
func Plain(v any, layout func(time.Time) string) any {
	return plainer{layout}.of(reflect.ValueOf(v), 0)
}

// plainer makes values plain.
type plainer struct{ moment func(time.Time) string }

// maxNesting is where encoding/json begins to look for values that contain
// themselves; it is left to say so.
const maxNesting = 1000

var (
	momentType   = reflect.TypeFor[time.Time]()
	spanType     = reflect.TypeFor[time.Duration]()
	tableType    = reflect.TypeFor[Table]()
	jsonWriter   = reflect.TypeFor[json.Marshaler]()
	textWriter   = reflect.TypeFor[encoding.TextMarshaler]()
	zeroReporter = reflect.TypeFor[interface{ IsZero() bool }]()
)

func (p plainer) of(v reflect.Value, depth int) any {
	if !v.IsValid() {
		return nil
	}
	t := v.Type()
	switch {
	case depth > maxNesting || !needsPlain(t):
		return asIs(v)
	case t == momentType:
		return p.moment(v.Interface().(time.Time))
	case t == spanType:
		return time.Duration(v.Int()).Seconds()
	case t == tableType:
		return p.table(v.Interface().(Table))
	}
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return nil
		}
		return v.Interface()
	case reflect.Pointer, reflect.Interface:
		return p.of(v.Elem(), depth+1)
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		return p.list(v, depth)
	case reflect.Array:
		return p.list(v, depth)
	case reflect.Map:
		if v.IsNil() {
			return nil
		}
		return p.mapping(v, depth)
	default:
		return p.structure(v, depth)
	}
}

// asIs leaves a value to encoding/json, with the methods of its pointer where
// it can be reached.
func asIs(v reflect.Value) any {
	if v.CanAddr() && v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface {
		return v.Addr().Interface()
	}
	return v.Interface()
}

func (p plainer) table(t Table) any {
	if t.Time == "" {
		t.moment = p.moment
	}
	return t
}

func (p plainer) list(v reflect.Value, depth int) []any {
	out := make([]any, v.Len())
	for i := range out {
		out[i] = p.of(v.Index(i), depth+1)
	}
	return out
}

// mapping keeps the keys, which encoding/json writes and sorts.
func (p plainer) mapping(v reflect.Value, depth int) any {
	out := reflect.MakeMapWithSize(reflect.MapOf(v.Type().Key(), reflect.TypeFor[any]()), v.Len())
	for entry := v.MapRange(); entry.Next(); {
		value := reflect.New(reflect.TypeFor[any]()).Elem()
		if one := p.of(entry.Value(), depth+1); one != nil {
			value.Set(reflect.ValueOf(one))
		}
		out.SetMapIndex(entry.Key(), value)
	}
	return out.Interface()
}
