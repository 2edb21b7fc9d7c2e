package rest

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/rest/internal/scalar"
)

// parser sets a struct field from text. Its error completes the sentence
// "<name of the field> …".
type parser func(dst reflect.Value, values []string) error

var setters = scalar.Table[func(reflect.Value, string) error]{
	Time: setTime, Duration: setDuration, Text: setText, String: setString, Bool: setBool, Int: setInt, Uint: setUint, Float: setFloat,
}

// parserOf returns the parser of a type, and whether it takes many values.
func parserOf(t reflect.Type) (parser, bool, error) {
	switch {
	case t.Kind() == reflect.Pointer:
		parse, list, err := parserOf(t.Elem())
		return func(dst reflect.Value, values []string) error {
			dst.Set(reflect.New(t.Elem()))
			return parse(dst.Elem(), values)
		}, list, err
	case t.Kind() == reflect.Slice && !scalar.IsText(t):
		parse, err := scalarOf(t.Elem())
		return listParser(parse), true, err
	}
	parse, err := scalarOf(t)
	return func(dst reflect.Value, values []string) error { return parse(dst, values[0]) }, false, err
}

func listParser(parse func(reflect.Value, string) error) parser {
	return func(dst reflect.Value, values []string) error {
		list := reflect.MakeSlice(dst.Type(), len(values), len(values))
		for i, v := range values {
			if err := parse(list.Index(i), v); err != nil {
				return err
			}
		}
		dst.Set(list)
		return nil
	}
}

func scalarOf(t reflect.Type) (func(reflect.Value, string) error, error) {
	if set, ok := setters.Of(t); ok {
		return set, nil
	}
	return nil, fmt.Errorf("type %s cannot be bound", t)
}

func setString(dst reflect.Value, s string) error {
	if !utf8.ValidString(s) {
		return errors.New("must be UTF-8 text")
	}
	dst.SetString(s)
	return nil
}

func setBool(dst reflect.Value, s string) error {
	switch strings.ToLower(s) {
	case "true", "1", "yes", "on":
		dst.SetBool(true)
	case "false", "0", "no", "off":
		dst.SetBool(false)
	default:
		return errors.New("must be true or false")
	}
	return nil
}

func setInt(dst reflect.Value, s string) error {
	v, err := strconv.ParseInt(s, 10, dst.Type().Bits())
	if errors.Is(err, strconv.ErrRange) {
		return errors.New("is out of range")
	}
	if err != nil {
		return errors.New("must be a whole number")
	}
	dst.SetInt(v)
	return nil
}

func setUint(dst reflect.Value, s string) error {
	v, err := strconv.ParseUint(s, 10, dst.Type().Bits())
	if errors.Is(err, strconv.ErrRange) {
		return errors.New("is out of range")
	}
	if err != nil {
		return errors.New("must be a whole number, not negative")
	}
	dst.SetUint(v)
	return nil
}

func setFloat(dst reflect.Value, s string) error {
	v, err := strconv.ParseFloat(s, dst.Type().Bits())
	if errors.Is(err, strconv.ErrRange) {
		return errors.New("is out of range")
	}
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return errors.New("must be a number")
	}
	dst.SetFloat(v)
	return nil
}

func setTime(dst reflect.Value, s string) error {
	v, err := time.Parse(time.RFC3339Nano, s)
	if err != nil { // a plus sign that a client did not escape arrives as a blank
		v, err = time.Parse(time.RFC3339Nano, strings.Replace(s, " ", "+", 1))
	}
	if err != nil {
		return errors.New("must be a date and time with zone, such as 2026-11-21T08:00:00Z")
	}
	dst.Set(reflect.ValueOf(v))
	return nil
}

func setDuration(dst reflect.Value, s string) error {
	if v, err := time.ParseDuration(s); err == nil {
		dst.SetInt(int64(v))
		return nil
	}
	seconds, err := strconv.ParseFloat(s, 64)
	if err != nil || !(math.Abs(seconds) < math.MaxInt64/float64(time.Second)) {
		return errors.New("must be a duration, such as 90s, 1h30m or a number of seconds")
	}
	dst.SetInt(int64(seconds * float64(time.Second)))
	return nil
}

func setText(dst reflect.Value, s string) error {
	if err := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)); err != nil {
		return fmt.Errorf("is not valid: %w", err)
	}
	return nil
}
