// Package scalar tells the Go types apart that stand for one value. It is
// separate because what reads arguments, what reads requests and what describes
// both must agree about them.
package scalar

import (
	"encoding"
	"reflect"
	"time"
)

// Types that are known by themselves.
var (
	Time     = reflect.TypeFor[time.Time]()
	Duration = reflect.TypeFor[time.Duration]()
	text     = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// IsText reports whether a type reads itself from text.
func IsText(t reflect.Type) bool { return reflect.PointerTo(t).Implements(text) }

// Table has something for each sort of scalar: how it is set, what it is called.
type Table[T any] struct {
	Time, Duration, Text           T // Text: types that read themselves from text
	String, Bool, Int, Uint, Float T
}

// Of is what the table has for a type. false means that it is no scalar.
func (table *Table[T]) Of(t reflect.Type) (T, bool) {
	switch {
	case t == Time:
		return table.Time, true
	case t == Duration:
		return table.Duration, true
	case IsText(t):
		return table.Text, true
	}
	switch t.Kind() {
	case reflect.String:
		return table.String, true
	case reflect.Bool:
		return table.Bool, true
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return table.Int, true
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return table.Uint, true
	case reflect.Float32, reflect.Float64:
		return table.Float, true
	}
	var none T
	return none, false
}
