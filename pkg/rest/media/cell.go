package media

import (
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// plain is a cell's value as JSON shows it.
func (t Table) plain(v any) any {
	moment := t.moment
	if moment == nil {
		moment = func(at time.Time) string { return at.UTC().Format(or(t.Time, time.RFC3339Nano)) }
	}
	return Plain(v, moment)
}

// text is a cell's value as text; what is not there is "".
func (t Table) text(v any) (string, error) {
	switch v := v.(type) {
	case time.Time:
		return v.UTC().Format(or(t.Time, time.DateTime)), nil
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	}
	if rv := reflect.ValueOf(v); rv.Kind() == reflect.Pointer {
		if rv.IsNil() {
			return "", nil
		}
		return t.text(rv.Elem().Interface())
	}
	switch v := t.plain(v).(type) {
	case nil:
		return "", nil
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case float32:
		return strconv.FormatFloat(float64(v), 'g', -1, 32), nil
	case bool, int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, fmt.Stringer:
		return fmt.Sprint(v), nil
	case encoding.TextMarshaler:
		b, err := v.MarshalText()
		return string(b), err
	default:
		b, err := json.Marshal(v)
		return string(b), err
	}
}

// lines are texts without line breaks and other control characters, which
// would break a row of text.
func lines(texts []string) []string {
	out := make([]string, len(texts))
	for i, text := range texts {
		out[i] = strings.Map(func(r rune) rune {
			if r < ' ' || r == 0x7f {
				return ' '
			}
			return r
		}, text)
	}
	return out
}

// texts are the cells of a row, with its number in front unless the table has
// none.
func (t Table) texts(n int, row []any) ([]string, error) {
	out := make([]string, 0, len(row)+1)
	if !t.NoIndex {
		out = append(out, strconv.Itoa(n))
	}
	for i, v := range row {
		text, err := t.text(v)
		if err != nil {
			return nil, fmt.Errorf("row %d, column %s of a table: %w", n, t.Columns[i], err)
		}
		out = append(out, text)
	}
	return out, nil
}

// header are the names of the columns, that of the rows' numbers being "".
func (t Table) header() []string {
	if t.NoIndex {
		return t.Columns
	}
	return append([]string{""}, t.Columns...)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
