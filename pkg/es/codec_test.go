package es_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
)

type (
	weighed     struct{ Grams int }
	weighedOnce struct{ Kilos int } // version 1
	moved       struct {
		To string `json:"to"`
	}
	forgotten struct{}
	imitator  struct{}
)

func (weighed) Type() string           { return "test.parcel.weighed.v2" }
func (weighedOnce) Type() string       { return "test.parcel.weighed.v1" }
func (moved) Type() string             { return "test.parcel.moved.v1" }
func (forgotten) Type() string         { return "test.parcel.forgotten.v1" }
func (imitator) Type() string          { return moved{}.Type() }
func (w weighedOnce) Upcast() es.Typed { return weighed{w.Kilos * 1000} }

func parcel() []es.Typed { return []es.Typed{weighedOnce{}, weighed{}, moved{}} }

func TestCodecReadsWhatItsDomainKnows(t *testing.T) {
	t.Parallel()
	codec := es.NewCodec(parcel())
	for _, c := range []struct {
		typ, data string
		event     es.Typed // nil: passed over
		wrong     bool
	}{
		{"test.parcel.moved.v1", `{"to":"home"}`, moved{"home"}, false},
		{"test.parcel.moved.v1", `{"to":"home","by":"a later version"}`, moved{"home"}, false},
		{"test.parcel.moved.v1", `null`, moved{}, false},
		{"test.parcel.moved.v2", `{"to":"home"}`, nil, false},
		{"", `{}`, nil, false},
		{"test.parcel.weighed.v1", `{"Kilos":2}`, weighed{2000}, false},
		{"test.parcel.moved.v1", `{"to":1}`, nil, true},
		{"test.parcel.moved.v1", `{"to":"ho`, nil, true},
	} {
		e, ok, err := codec.Decode(c.typ, json.RawMessage(c.data))
		if !reflect.DeepEqual(e, c.event) || ok != (c.event != nil) || (err != nil) != c.wrong {
			t.Errorf("%s %s: %#v, %v, %v", c.typ, c.data, e, ok, err)
		}
	}
}

func TestCodecOfOneGoType(t *testing.T) {
	t.Parallel()
	codec := es.NewCodec([]moved{{}})
	typ, payload := codec.Encode(moved{"home"})
	data, err := json.Marshal(payload)
	if typ != "test.parcel.moved.v1" || string(data) != `{"to":"home"}` || err != nil {
		t.Errorf("%s %s, %v", typ, data, err)
	}
	if e, ok, err := codec.Decode(typ, data); e != (moved{"home"}) || !ok || err != nil {
		t.Errorf("%v, %v, %v", e, ok, err)
	}
}

// TestWhatIsNotListedIsNotWritten: nobody could read it again.
func TestWhatIsNotListedIsNotWritten(t *testing.T) {
	t.Parallel()
	for _, e := range []es.Typed{forgotten{}, imitator{}} {
		d := es.NewDecider(func(_ int, e es.Typed) ([]es.Typed, error) { return []es.Typed{e}, nil },
			func(n int, _ es.Typed) int { return n + 1 }, parcel())
		_, err := es.Handle(t.Context(), esmem.New(), nil, d, "evt.test.parcel.x.1", es.Meta{Command: "c", Source: "/test"}, e)
		if !errors.Is(err, es.ErrWire) {
			t.Errorf("%T was written: %v", e, err)
		}
	}
}

func TestTwoEventsOfOneName(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("nobody can tell them apart")
		}
	}()
	es.NewCodec([]es.Typed{moved{}, imitator{}})
}
