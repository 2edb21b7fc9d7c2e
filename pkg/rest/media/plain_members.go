package media

import (
	"cmp"
	"iter"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// needs remembers by type whether Plain has anything to do.
var needs sync.Map

// needsPlain reports whether a value of the type may hold something that
// encoding/json writes otherwise.
func needsPlain(t reflect.Type) bool {
	if known, ok := needs.Load(t); ok {
		return known.(bool)
	}
	found := search(t, map[reflect.Type]bool{})
	needs.Store(t, found)
	return found
}

func search(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == momentType || t == spanType || t == tableType {
		return true
	}
	if seen[t] || writesItself(t) {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Float32, reflect.Float64, reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return search(t.Elem(), seen)
	case reflect.Struct:
		return slices.ContainsFunc(membersOfType(t), func(m member) bool { return search(m.kind, seen) })
	}
	return false
}

// writesItself reports whether a type has a word of its own on its JSON. A
// pointer has that of what it leads to, which is asked there.
func writesItself(t reflect.Type) bool {
	if t.Kind() == reflect.Interface || t.Kind() == reflect.Pointer {
		return false
	}
	to := reflect.PointerTo(t)
	return to.Implements(jsonWriter) || to.Implements(textWriter)
}

// member is a field as encoding/json sees it.
type member struct {
	name      string // as JSON
	kind      reflect.Type
	index     []int
	tagged    bool
	omitEmpty bool
	omitZero  bool
	quoted    bool
}

// members remembers those of struct types.
var members sync.Map

// membersOfType are the fields that encoding/json writes. Of several with one
// name the least deep is taken, then the one whose tag says the name; if two
// are left, none is.
func membersOfType(t reflect.Type) []member {
	if known, ok := members.Load(t); ok {
		return known.([]member)
	}
	byName := map[string][]member{}
	var names []string
	for m := range fields(t, nil, nil) {
		if byName[m.name] == nil {
			names = append(names, m.name)
		}
		byName[m.name] = append(byName[m.name], m)
	}
	var out []member
	for _, name := range names {
		same := byName[name]
		slices.SortStableFunc(same, rank)
		if len(same) == 1 || rank(same[0], same[1]) != 0 {
			out = append(out, same[0])
		}
	}
	slices.SortStableFunc(out, func(a, b member) int { return slices.Compare(a.index, b.index) })
	members.Store(t, out)
	return out
}

func rank(a, b member) int {
	tagged := map[bool]int{true: 0, false: 1}
	return cmp.Or(cmp.Compare(len(a.index), len(b.index)), cmp.Compare(tagged[a.tagged], tagged[b.tagged]))
}

// fields gives all fields, with those of the fields that give them their
// place. above are the types that they are in.
func fields(t reflect.Type, index []int, above []reflect.Type) iter.Seq[member] {
	return func(yield func(member) bool) {
		if slices.Contains(above, t) {
			return
		}
		above := append(slices.Clip(above), t)
		for i := range t.NumField() {
			f := t.Field(i)
			index := append(slices.Clip(index), i)
			name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if behind := bare(f.Type); f.Anonymous && name == "" && behind.Kind() == reflect.Struct {
				for m := range fields(behind, index, above) {
					if !yield(m) {
						return
					}
				}
				continue
			}
			if !f.IsExported() || f.Tag.Get("json") == "-" {
				continue
			}
			has := func(option string) bool { return slices.Contains(strings.Split(options, ","), option) }
			m := member{name: cmp.Or(name, f.Name), kind: f.Type, index: index, tagged: name != ""}
			m.omitEmpty, m.omitZero, m.quoted = has("omitempty"), has("omitzero"), has("string") && scalar(bare(f.Type).Kind())
			if !yield(m) {
				return
			}
		}
	}
}

// bare is the type behind a pointer.
func bare(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem()
	}
	return t
}
