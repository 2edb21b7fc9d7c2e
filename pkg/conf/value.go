package conf

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

var durationType = reflect.TypeFor[time.Duration]()

// typeName is the type as help shows it; "" if text cannot set it.
func typeName(t reflect.Type) string {
	switch {
	case t == durationType:
		return "duration"
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		return "list"
	}
	switch t.Kind() {
	case reflect.String:
		return "string"
	case reflect.Bool:
		return "bool"
	case reflect.Int, reflect.Int64:
		return "int"
	case reflect.Float64:
		return "float"
	}
	return ""
}

// set reads text into the field. Its error completes the sentence "<name> …"
// and does not repeat the text, which may be a secret.
func (o option) set(text string) error {
	switch o.Type {
	case "string":
		o.value.SetString(text)
	case "bool":
		v, err := strconv.ParseBool(text)
		if err != nil {
			return errors.New("must be true or false")
		}
		o.value.SetBool(v)
	case "int":
		v, err := strconv.ParseInt(text, 10, o.value.Type().Bits())
		if err != nil {
			return errors.New("must be a whole number")
		}
		o.value.SetInt(v)
	case "float":
		v, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return errors.New("must be a number")
		}
		o.value.SetFloat(v)
	case "duration":
		v, err := time.ParseDuration(text)
		if err != nil {
			return errors.New("must be a duration with its unit, such as 90s or 1h30m")
		}
		o.value.SetInt(int64(v))
	default:
		o.setList(split(text))
	}
	return nil
}

// setAll takes the values of a file, which may be a sequence.
func (o option) setAll(values []string) error {
	switch {
	case o.Type == "list" && len(values) != 1:
		o.setList(values)
		return nil
	case len(values) != 1:
		return errors.New("must be one value, not a sequence")
	}
	return o.set(values[0])
}

func (o option) setList(values []string) {
	list := reflect.MakeSlice(o.value.Type(), len(values), len(values))
	for i, v := range values {
		list.Index(i).SetString(v)
	}
	o.value.Set(list)
}

// extend adds to a list.
func (o option) extend(text string) error {
	for _, v := range split(text) {
		o.value.Set(reflect.Append(o.value, reflect.ValueOf(v).Convert(o.value.Type().Elem())))
	}
	return nil
}

func split(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// text is the field's value as set would read it.
func (o option) text() string {
	switch {
	case !o.value.IsValid():
		return ""
	case o.Type == "list":
		parts := make([]string, o.value.Len())
		for i := range parts {
			parts[i] = o.value.Index(i).String()
		}
		return strings.Join(parts, ",")
	}
	return fmt.Sprint(o.value.Interface())
}
