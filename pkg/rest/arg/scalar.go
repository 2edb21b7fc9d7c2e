package arg

import (
	"encoding"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

var errRange = errors.New("is out of range")

func setAny(dst reflect.Value, in input) error {
	dst.Set(reflect.ValueOf(in.raw))
	return nil
}

// setString takes texts as they are; by core4's rules a number, bool, list or
// object is what JSON makes of it.
func setString(dst reflect.Value, in input) error {
	text, ok := in.raw.(string)
	if !ok && in.strict {
		return errType
	}
	if !ok {
		text = textOf(in.raw)
	}
	if !in.text && !in.strict {
		text = blanked(text)
	}
	dst.SetString(text)
	return nil
}

// yes and no are the words for what is so and what is not.
var (
	yes = []string{"yes", "y", "on", "1", "true", "t"}
	no  = []string{"no", "n", "off", "0", "false", "f"}
)

func setBool(dst reflect.Value, in input) error {
	switch v := in.raw.(type) {
	case bool:
		dst.SetBool(v)
		return nil
	case string:
		word := strings.ToLower(strings.TrimSpace(v))
		so := slices.Contains(yes, word)
		if in.words() && (so || slices.Contains(no, word)) {
			dst.SetBool(so)
			return nil
		}
	}
	return errType
}

// words reports whether a text may stand for something that is no text. By
// the strict rules one in JSON may not.
func (in input) words() bool { return in.text || !in.strict }

func setInt(dst reflect.Value, in input) error {
	n, err := whole(in)
	if err != nil {
		return err
	}
	if dst.OverflowInt(n) {
		return errRange
	}
	dst.SetInt(n)
	return nil
}

func setUint(dst reflect.Value, in input) error {
	if text, ok := plainNumber(in); ok { // the upper half of uint64
		if n, err := strconv.ParseUint(text, 10, 64); err == nil {
			if dst.OverflowUint(n) {
				return errRange
			}
			dst.SetUint(n)
			return nil
		}
	}
	n, err := whole(in)
	switch {
	case err != nil:
		return err
	case n < 0 || dst.OverflowUint(uint64(n)):
		return errRange
	}
	dst.SetUint(uint64(n))
	return nil
}

// plainNumber is the text of a number, if the input may be one.
func plainNumber(in input) (string, bool) {
	switch v := in.raw.(type) {
	case json.Number:
		return v.String(), true
	case string:
		return strings.TrimSpace(v), in.words()
	default:
		return "", false
	}
}

// whole is an integer: a decimal text, or a JSON number without its fraction,
// which by the strict rules must be none.
func whole(in input) (int64, error) {
	text, ok := plainNumber(in)
	if !ok {
		return 0, errType
	}
	n, err := strconv.ParseInt(text, 10, 64)
	switch {
	case err == nil:
		return n, nil
	case errors.Is(err, strconv.ErrRange):
		return 0, errRange
	}
	if _, isNumber := in.raw.(json.Number); !isNumber {
		return 0, errType
	}
	f, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || f < -1<<63 || f >= 1<<63:
		return 0, errRange
	case in.strict && f != math.Trunc(f):
		return 0, errType
	}
	return int64(f), nil
}

func setFloat(dst reflect.Value, in input) error {
	text, ok := plainNumber(in)
	if !ok || strings.Trim(text, "0123456789+-.eE") != "" { // no NaN, Inf, 0x1p2 or 1_0
		return errType
	}
	f, err := strconv.ParseFloat(text, dst.Type().Bits())
	switch {
	case errors.Is(err, strconv.ErrRange):
		return errRange
	case err != nil:
		return errType
	}
	dst.SetFloat(f)
	return nil
}

func setTime(dst reflect.Value, in input) error {
	text, ok := in.raw.(string)
	if !ok {
		return errType
	}
	parse := ParseTime
	if !in.strict {
		parse = parseHuman
	}
	t, ok := parse(text)
	if !ok {
		return errType
	}
	dst.Set(reflect.ValueOf(t))
	return nil
}

func setDuration(dst reflect.Value, in input) error {
	text, ok := plainNumber(in)
	if text, isText := in.raw.(string); isText {
		if d, err := time.ParseDuration(strings.TrimSpace(text)); err == nil {
			dst.SetInt(int64(d))
			return nil
		}
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || !(math.Abs(seconds) < math.MaxInt64/float64(time.Second)) {
		return errors.New("must be a duration, such as 90s, 1h30m or a number of seconds")
	}
	dst.SetInt(int64(seconds * float64(time.Second)))
	return nil
}

func setText(dst reflect.Value, in input) error {
	text, ok := in.raw.(string)
	if n, isNumber := in.raw.(json.Number); isNumber {
		text, ok = n.String(), true
	}
	if !ok || dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(text)) != nil {
		if dst.Type() == objectIDType {
			return errType
		}
		return errors.New("is not valid")
	}
	return nil
}
