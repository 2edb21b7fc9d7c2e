package arg_test

import (
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

func FuzzBind(f *testing.F) {
	f.Add("a=1&b=2018-11-07+CET", jsonType, `{"a":1,"l":[1,{"x":null}]}`, true)
	f.Add("d={}", multipart, part("l", "[1]")+"--b--", false)
	f.Add("%zz;", urlencoded, "t=10:30&o=0123456789abcdef01234567", true)
	type q struct {
		A int                 `arg:"a"`
		F float32             `arg:"f"`
		B *bool               `arg:"b"`
		T arg.ObjectID        `arg:"o"`
		D map[string]any      `arg:"d"`
		L []string            `arg:"l"`
		S struct{ X []uint8 } `arg:"s"`
		hello
	}
	plan, err := arg.Compile(reflect.TypeFor[q](), false)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, query, contentType, body string, strict bool) {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.URL.RawQuery = query
		r.Header.Set("Content-Type", contentType)
		with := map[bool]reader{false: arg.Read, true: arg.ReadStrict}[strict]
		v, err := with(httptest.NewRecorder(), r, 1<<16)
		if err == nil {
			var got q
			err = arg.Fault(plan.Bind(reflect.ValueOf(&got).Elem(), v, "a", query)...)
		}
		if err == nil {
			return
		}
		g := fault.From(err)
		if g.Kind != fault.Exhausted && (g.Kind != fault.Invalid || g.Code != "request.cut" && len(g.Fields) == 0) {
			t.Errorf("%+v", g)
		}
	})
}

func FuzzParseTime(f *testing.F) {
	f.Add("1971-06-14T07:30:00.5 CET")
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := arg.ParseTime(text)
		if _, err := got.MarshalText(); ok && err != nil { // it can be shown
			t.Errorf("%q is %v: %v", text, got, err)
		}
	})
}
