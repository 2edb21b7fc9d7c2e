package rest

import (
	"reflect"
	"slices"
	"strings"
)

// member is a field of a struct as encoding/json sees it.
type member struct {
	name     string
	typ      reflect.Type
	doc      string
	required bool // by the tag required:"true"
	null     bool // may be written as null
}

type members []member

// find looks a name up as encoding/json does: exactly, else without case.
func (ms members) find(name string) (member, bool) {
	var close *member
	for i := range ms {
		if ms[i].name == name {
			return ms[i], true
		}
		if close == nil && strings.EqualFold(ms[i].name, name) {
			close = &ms[i]
		}
	}
	if close == nil {
		return member{}, false
	}
	return *close, true
}

// jsonFields lists the members of a struct; those of embedded structs are
// its own, and an outer one hides an inner one of the same name.
func jsonFields(t reflect.Type) members {
	var out, inner members
	for i := range t.NumField() {
		sf := t.Field(i)
		name, options, _ := strings.Cut(sf.Tag.Get("json"), ",")
		embedded := sf.Type
		if embedded.Kind() == reflect.Pointer {
			embedded = embedded.Elem()
		}
		switch {
		case sf.Tag.Get("json") == "-":
		case sf.Anonymous && name == "" && embedded.Kind() == reflect.Struct:
			inner = append(inner, jsonFields(embedded)...)
		case !sf.IsExported():
		default:
			if name == "" {
				name = sf.Name
			}
			out = append(out, member{name: name, typ: sf.Type, doc: sf.Tag.Get("doc"),
				required: sf.Tag.Get("required") == "true", null: nilable(sf.Type) && !strings.Contains(options, "omit")})
		}
	}
	for _, m := range inner {
		if !slices.ContainsFunc(out, func(o member) bool { return o.name == m.name }) {
			out = append(out, m)
		}
	}
	return out
}

// nilable reports whether encoding/json writes the zero value as null.
func nilable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return true
	}
	return false
}

// requires reports whether a value of t may lack a member that is required.
func requires(t reflect.Type, seen []reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return requires(t.Elem(), seen)
	case reflect.Struct:
	default:
		return false
	}
	if slices.Contains(seen, t) || reflect.PointerTo(t).Implements(jsonType) {
		return false
	}
	seen = append(seen, t)
	return slices.ContainsFunc(jsonFields(t), func(m member) bool { return m.required || requires(m.typ, seen) })
}
