package arg_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

// converted is what becomes of one argument: its value as JSON, or "400".
func converted[T any](t *testing.T, raw any) string {
	t.Helper()
	got, err := arg.Get[T](arg.Of(map[string]any{"a": raw}), "a")
	if err != nil {
		f := fault.From(err)
		if f.Code != arg.CodeMistyped || !strings.HasPrefix(f.Message, "parameter [a] expected as_type [") || len(f.Fields) != 1 || f.Fields[0].Message == "" {
			t.Errorf("%v: %+v", raw, f)
		}
		return "400"
	}
	b, _ := json.Marshal(got)
	return string(b)
}

type cases map[any]string

func check[T any](t *testing.T, c cases) {
	t.Helper()
	for raw, want := range c {
		if got := converted[T](t, raw); got != want {
			t.Errorf("%T of %#v is %s, want %s", *new(T), raw, got, want)
		}
	}
}

func number(text string) json.Number { return json.Number(text) }

// covers: C2-109 C2-110 C2-111 C2-112 C2-113
func TestScalarTypes(t *testing.T) {
	t.Parallel()
	check[int](t, cases{"12": "12", " -12 ": "-12", "+5": "5", number("123.456"): "123", number("-0.9"): "0", number("1e3"): "1000",
		"b": "400", "123.456": "400", "": "400", "1_0": "400", "0x1": "400", true: "400", number("1e300"): "400",
		"9223372036854775808": "400", number("9223372036854775808"): "400", number("9223372036854775807"): "9223372036854775807", nil: "0"})
	check[int8](t, cases{"127": "127", "128": "400", number("-129"): "400"})
	check[uint64](t, cases{"18446744073709551615": "18446744073709551615", "-1": "400", number("2.5"): "2"})
	check[uint8](t, cases{"256": "400", number("255.9"): "255", number("256.1"): "400"})
	check[float64](t, cases{"1.5": "1.5", " 1e3 ": "1000", number("-2"): "-2", "x": "400", "": "400", "NaN": "400", "inf": "400",
		"-Infinity": "400", "0x1p2": "400", "1_0": "400", "1e400": "400", number("1e400"): "400", true: "400"})
	check[bool](t, cases{"YES": "true", "y": "true", " On ": "true", "1": "true", "True": "true", "t": "true", true: "true",
		"no": "false", "N": "false", "off": "false", "0": "false", "false": "false", "f": "false", false: "false",
		"xyz": "400", "": "400", "2": "400", number("1"): "400"})
	check[string](t, cases{"x ": `"x "`, "": `""`, number("1.50"): `"1.50"`, true: `"true"`, "a\x00b": `"a b"`, nil: `""`})
	check[*int](t, cases{nil: "null", "1": "1", "x": "400"})
	check[any](t, cases{nil: "null", "1": `"1"`, number("1"): "1"})
	check[time.Duration](t, cases{"1m": "60000000000", number("0.5"): "500000000", "x": "400", true: "400"})
	if got := converted[string](t, map[string]any{"b": []any{true}}); got != `"{\"b\":[true]}"` {
		t.Error(got)
	}
}

// covers: C2-114 C2-115
func TestCollections(t *testing.T) {
	t.Parallel()
	check[map[string]any](t, cases{`{"a":[1.0]}`: `{"a":[1.0]}`, "": "null", nil: "null", "[1]": "400", `{"a":`: "400", "{} x": "400",
		number("1"): "400", strings.Repeat(`{"a":`, 100_000): "400",
		`{"d":{"$datetime":"2018-11-07"},"l":[{"$objectid":"0123456789ABCDEF01234567"}]}`: `{"d":"2018-11-07T00:00:00Z","l":["0123456789abcdef01234567"]}`,
		`{"d":{"$datetime":"x"}}`: "400", `{"d":{"$objectid":5}}`: "400", `{"d":{"$datetime":"2018-11-07","e":1}}`: `{"d":{"$datetime":"2018-11-07","e":1}}`})
	check[[]any](t, cases{`[1,"a"]`: `[1,"a"]`, "": "null", "[]": "[]", "bla": "400", "{}": "400", true: "400"})
	check[[]int](t, cases{`[1,2.5,"3"]`: "[1,2,3]", `["x"]`: "400", "1,2": "400"})
	check[map[string]bool](t, cases{`{"a":"yes"}`: `{"a":true}`, `{"a":1}`: "400"})
	check[struct {
		N int `json:"n"`
	}](t, cases{`{"n":1}`: `{"n":1}`, `{"n":"x"}`: "400", `{"m":1}`: "400", "[]": "400", "": `{"n":0}`})
	check[arg.ObjectID](t, cases{"0123456789abcdefABCDEF00": `"0123456789abcdefabcdef00"`, "xyz": "400", "": "400", "0123456789abcdefABCDEFg0": "400"})
	_, err := arg.Get[[]int](arg.Of(map[string]any{"a": []any{number("1"), "x"}}), "a")
	if f := fault.From(err); !strings.Contains(fmt.Sprint(f.Fields), "number 1") {
		t.Errorf("%+v", f)
	}
}

// covers: C2-116 C2-121 C2-122 C2-123 C2-124
func TestDatetime(t *testing.T) {
	t.Parallel()
	check[time.Time](t, cases{
		"2018-11-07": `"2018-11-07T00:00:00Z"`, "2018-2-01": `"2018-02-01T00:00:00Z"`,
		"1971-06-14T07:30:00": `"1971-06-14T07:30:00Z"`, "1971-06-14 7:30": `"1971-06-14T07:30:00Z"`,
		"1971-06-14T07:30:00 CET": `"1971-06-14T06:30:00Z"`, "1971-06-14T07:30:00CEST": `"1971-06-14T05:30:00Z"`,
		"1971-06-14T07:30:00.25Z": `"1971-06-14T07:30:00.25Z"`, "1971-06-14T07:30:00 utc": `"1971-06-14T07:30:00Z"`,
		"1971-06-14T07:30:00+01:00": `"1971-06-14T06:30:00Z"`, "1971-06-14T07:30:00-0130": `"1971-06-14T09:00:00Z"`,
		"1971-06-14T07:30:00 01:00": `"1971-06-14T06:30:00Z"`, "1971-06-14 07:30:00 0100": `"1971-06-14T06:30:00Z"`,
		"1971-06-14 07:30:00 +02": `"1971-06-14T05:30:00Z"`, "1971-06-14T07:30 EST": `"1971-06-14T12:30:00Z"`,
		"1971-06-14T07:30 JST": `"1971-06-13T22:30:00Z"`, "2024-02-29": `"2024-02-29T00:00:00Z"`,
		"Nov 7 2018": `"2018-11-07T00:00:00Z"`, "november 7, 2018 10:30": `"2018-11-07T10:30:00Z"`, "7.11.2018": `"2018-11-07T00:00:00Z"`,
		"9999-aa-bb": "400", "": "400", " ": "400", "2023-02-29": "400", "2018-13-01": "400", "2018-00-01": "400", "0000-01-01": "400",
		"9999-12-31T23:00 EST": "400", "0001-01-01T00:00 CET": "400", "1971-06-14T24:00:00": "400", "1971-06-14T07:60": "400", "1971-06-14T07:30:61": "400", "1971-06-14T07": "400",
		"1971-06-14T07:30:00 XYZ": "400", "1971-06-14T07:30:00 Mars/Base": "400", "1971-06-14CET": "400", "1971-06-14T07:30:00+25:00": "400",
		"1971-06-14T07:30:00.": "400", "1971-06-14T07:30:00 01:00 CET": "400", number("5"): "400", nil: `"0001-01-01T00:00:00Z"`,
	})
}

func TestATimeOfDayIsToday(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // where it is the first of January 2000
		check[time.Time](t, cases{"10:30": `"2000-01-01T10:30:00Z"`, "10:30 CET": `"2000-01-01T09:30:00Z"`, "CET": "400"})
	})
}

// covers: C2-117
func TestWhatWasNotSent(t *testing.T) {
	t.Parallel()
	v := arg.Of(map[string]any{"null": nil})
	if n, err := arg.Get(v, "a", 7); n != 7 || err != nil {
		t.Errorf("%d %v", n, err)
	}
	if d, err := arg.Get[*time.Time](v, "a", nil); d != nil || err != nil {
		t.Errorf("%v %v", d, err)
	}
	if n, err := arg.Get(v, "null", 7); n != 0 || err != nil {
		t.Errorf("null is %d, %v", n, err)
	}
	_, err := arg.Get[int](v, "a")
	if f := fault.From(err); f.Kind != fault.Invalid || f.Code != arg.CodeMissing || f.Message != "Missing argument a" {
		t.Errorf("%+v", f)
	}
	if _, err := arg.Get[chan int](arg.Of(map[string]any{"a": 1}), "a"); !fault.Is(err, fault.Internal) {
		t.Errorf("a type that no argument has: %v", err)
	}
}

func TestObjectIDIsItsText(t *testing.T) {
	t.Parallel()
	id, ok := arg.ParseObjectID("0123456789abcdef01234567")
	b, err := json.Marshal(map[arg.ObjectID]arg.ObjectID{id: id})
	if !ok || err != nil || !reflect.DeepEqual(string(b), `{"0123456789abcdef01234567":"0123456789abcdef01234567"}`) {
		t.Errorf("%s %v", b, err)
	}
}
