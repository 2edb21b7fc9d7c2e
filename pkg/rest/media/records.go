package media

import (
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Records is a table of a list of structs or of maps by text. The columns of
// structs are their exported fields by their JSON names, those of maps are the
// keys of them all, sorted; what a map has not is nil. Another list is a table
// of one column, "value".
func Records[T any](list []T) Table {
	t := reflect.TypeFor[T]()
	switch {
	case t.Kind() == reflect.Struct:
		columns, fields := columnsOf(t)
		return Table{Columns: columns, Rows: From(list, func(one T) []any { return fieldsOf(one, fields) })}
	case t.Kind() == reflect.Map && t.Key().Kind() == reflect.String:
		columns := keysOf(list)
		return Table{Columns: columns, Rows: From(list, func(one T) []any { return membersOf(one, columns) })}
	}
	return Table{Columns: []string{"value"}, Rows: From(list, func(one T) []any { return []any{one} })}
}

func columnsOf(t reflect.Type) (names []string, fields [][]int) {
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if !f.IsExported() || f.Tag.Get("json") == "-" || f.Anonymous && name == "" || throughPointer(t, f.Index) {
			continue
		}
		if name == "" {
			name = f.Name
		}
		names, fields = append(names, name), append(fields, f.Index)
	}
	return names, fields
}

// throughPointer reports whether a field is of an embedded pointer, which may
// be nil.
func throughPointer(t reflect.Type, index []int) bool {
	for _, i := range index[:len(index)-1] {
		t = t.Field(i).Type
		if t.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

func fieldsOf(one any, fields [][]int) []any {
	v := reflect.ValueOf(one)
	row := make([]any, len(fields))
	for i, at := range fields {
		row[i] = v.FieldByIndex(at).Interface()
	}
	return row
}

func keysOf[T any](list []T) []string {
	keys := map[string]bool{}
	for _, one := range list {
		for _, key := range reflect.ValueOf(one).MapKeys() {
			keys[key.String()] = true
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

func membersOf(one any, columns []string) []any {
	v := reflect.ValueOf(one)
	row := make([]any, len(columns))
	for i, name := range columns {
		if e := v.MapIndex(reflect.ValueOf(name).Convert(v.Type().Key())); e.IsValid() {
			row[i] = e.Interface()
		}
	}
	return row
}
