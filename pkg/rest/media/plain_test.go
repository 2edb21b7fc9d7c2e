package media_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/media"
)

var at = time.Date(2018, 11, 6, 7, 57, 26, 660093000, time.FixedZone("", 3600))

func naive(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000") }

type times struct {
	At    time.Time     `json:"at"`
	Took  time.Duration `json:"took"`
	Ratio float64       `json:"ratio"`
}

// Point marshals itself.
type point struct{ x float64 }

func (p point) MarshalJSON() ([]byte, error) { return fmt.Appendf(nil, `"%v"`, p.x), nil }

// What is plain is plain wherever it stands.
func TestPlain(t *testing.T) {
	t.Parallel()
	nan, one := math.NaN(), times{at, 1500 * time.Millisecond, math.Inf(-1)}
	const told = `{"at":"2018-11-06T06:57:26.660093","took":1.5,"ratio":null}`
	for name, c := range map[string]struct {
		v    any
		want string
	}{
		"a struct":                  {one, told},
		"a pointer":                 {&one, told},
		"structs":                   {[]times{one}, "[" + told + "]"},
		"an array":                  {[1]*times{&one}, "[" + told + "]"},
		"a map of structs":          {map[string]times{"b": one, "a": one}, `{"a":` + told + `,"b":` + told + `}`},
		"a map by numbers":          {map[int]float64{2: nan, 10: 1}, `{"10":1,"2":null}`},
		"anything in a struct":      {struct{ V any }{[]any{one, nan, at}}, `{"V":[` + told + `,null,"2018-11-06T06:57:26.660093"]}`},
		"a table in an answer":      {map[string]any{"t": media.Table{Columns: []string{"a", "b"}, Rows: media.Rows([]any{at, one})}}, `{"t":[{"a":"2018-11-06T06:57:26.660093","b":` + told + `}]}`},
		"what marshals itself":      {[]any{point{nan}, json.RawMessage(`{"a":1}`), big.NewInt(7)}, `["NaN",{"a":1},7]`},
		"nothing":                   {[]any{nil, (*times)(nil), []times(nil), map[string]times(nil)}, `[null,null,null,null]`},
		"a single-precision number": {[]any{float32(0.1), float32(nan)}, `[0.1,null]`},
	} {
		if got := encoded(t, media.Plain(c.v, naive)); got != c.want {
			t.Errorf("%s: %s, not %s", name, got, c.want)
		}
	}
}

// Structs are written as encoding/json writes them, tags and all.
func TestPlainWritesStructsAsTheLibraryDoes(t *testing.T) {
	t.Parallel()
	type Deep struct{ A, Shared float64 }
	type Tagged struct {
		Name float64 `json:"t_name"`
		A    float64 `json:"A"`
	}
	type Other struct {
		Name   float64 `json:"o_name"`
		Shared float64
	}
	type hidden struct{ H float64 }
	type Self struct {
		*Self
		S float64
	}
	type whole struct {
		Deep
		Tagged
		Other
		hidden
		*Self
		Under  Deep      `json:"under"`
		Gone   float64   `json:"gone,omitempty"`
		Zero   Deep      `json:"zero,omitzero"`
		Kept   Deep      `json:"kept,omitempty"`
		None   []float64 `json:"none,omitempty"`
		Quoted float64   `json:"quoted,string"`
		Lead   *float64  `json:"lead,string"`
		Big    int64     `json:"big,string"`
		Skip   float64   `json:"-"`
		//lint:ignore SA5008 a field may be named so
		Dash   float64        `json:"-,"`
		Text   string         `json:"<&>"`
		Bytes  []byte         `json:"bytes"`
		Number json.Number    `json:"number"`
		Any    map[string]any `json:"any"`
		own    float64
	}
	half := 0.5
	w := whole{Deep: Deep{1, 2}, Tagged: Tagged{3, 4}, Other: Other{5, 6}, hidden: hidden{7}, Quoted: 1.5, Lead: &half, Big: 1 << 60, Skip: 1, Dash: 2,
		Text: "<b>\u2028", Bytes: []byte("x"), Number: "12", Any: map[string]any{"z": 1, "a": []int{}}, own: 1}
	for _, v := range []any{w, &w, []whole{w}, struct{ _ float64 }{}, struct{ Self }{Self{S: 1}}, whole{Self: &Self{S: 2}, Number: "0"}} {
		if got, want := encoded(t, media.Plain(v, naive)), encoded(t, v); got != want {
			t.Errorf("\n%s, not\n%s", got, want)
		}
	}
}

// A value that contains itself is refused, as encoding/json does.
func TestPlainEnds(t *testing.T) {
	t.Parallel()
	type ring struct {
		Next *ring
		V    float64
	}
	r := &ring{}
	r.Next = r
	if _, err := json.Marshal(media.Plain(r, naive)); err == nil {
		t.Error("it ended nowhere")
	}
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(b.String())
}
