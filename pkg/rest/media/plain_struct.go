package media

import (
	"bytes"
	"encoding/json"
	"reflect"
)

// object is a struct's members in their order.
type object struct {
	names  []string
	values []any
}

// MarshalJSON writes the members as they stand.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for i, name := range o.names {
		b.WriteByte(",{"[map[bool]int{true: 1}[i == 0]])
		b.Write(asJSON(name))
		b.WriteByte(':')
		if err := enc.Encode(o.values[i]); err != nil {
			return nil, err
		}
	}
	if len(o.names) == 0 {
		b.WriteByte('{')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func (p plainer) structure(v reflect.Value, depth int) any {
	var out object
	for _, m := range membersOfType(v.Type()) {
		field, err := v.FieldByIndexErr(m.index)
		if err != nil || m.omitEmpty && empty(field) || m.omitZero && zero(field) {
			continue // of an embedded pointer that leads nowhere, or not to be told
		}
		one := p.of(field, depth+1)
		if m.quoted && one != nil {
			one = string(asJSON(one))
		}
		out.names, out.values = append(out.names, m.name), append(out.values, one)
	}
	return out
}

func scalar(k reflect.Kind) bool {
	return k >= reflect.Bool && k <= reflect.Float64 || k == reflect.String
}

func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func zero(v reflect.Value) bool {
	if v.Type().Implements(zeroReporter) && (v.Kind() != reflect.Pointer && v.Kind() != reflect.Interface || !v.IsNil()) {
		return v.Interface().(interface{ IsZero() bool }).IsZero()
	}
	return v.IsZero()
}
