package es_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/pkg/es"
)

func event(id string) es.Event {
	return es.Event{
		ID: id, Type: "jobs.job.submitted.v1", Source: "/jobs", Subject: "job/1",
		Time: time.Date(2026, 11, 21, 8, 0, 0, 5, time.UTC), Actor: "u1", Credential: "grant/g1 of app", Correlation: "r-1", Causation: "c-0",
		Traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Data: json.RawMessage(`{"a":"<é>"}`),
	}
}

func TestOneEventIsACloudEventInBinaryMode(t *testing.T) {
	t.Parallel()
	h, body, err := es.Encode(es.Commit{Command: "c1", Events: []es.Event{event("c1.0")}})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"Heddle-Command": {"c1"}, "content-type": {"application/json"}, "ce-specversion": {"1.0"},
		"ce-id": {"c1.0"}, "ce-type": {"jobs.job.submitted.v1"}, "ce-source": {"/jobs"}, "ce-subject": {"job/1"},
		"ce-time": {"2026-11-21T08:00:00.000000005Z"}, "ce-actor": {"u1"}, "ce-credential": {"grant/g1%20of%20app"}, "ce-correlation": {"r-1"},
		"ce-causation": {"c-0"}, "traceparent": {"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"},
	}
	if !reflect.DeepEqual(h, want) || string(body) != `{"a":"<é>"}` {
		t.Fatalf("headers %v\nbody %s", h, body)
	}
}

func TestSeveralEventsAreACloudEventsBatch(t *testing.T) {
	t.Parallel()
	h, body, err := es.Encode(es.Commit{Command: "c1", Events: []es.Event{event("c1.0"), event("c1.1")}})
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(h); got != "map[Heddle-Command:[c1] Heddle-Types:[jobs.job.submitted.v1,jobs.job.submitted.v1] content-type:[application/cloudevents-batch+json]]" {
		t.Fatal(got)
	}
	one := `{"specversion":"1.0","id":"c1.%d","type":"jobs.job.submitted.v1","source":"/jobs","subject":"job/1",` +
		`"time":"2026-11-21T08:00:00.000000005Z","datacontenttype":"application/json","actor":"u1","credential":"grant/g1 of app","correlation":"r-1",` +
		`"causation":"c-0","traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","data":{"a":"<é>"}}`
	if want := fmt.Sprintf("["+one+","+one+"]", 0, 1); string(body) != want {
		t.Fatalf("got  %s\nwant %s", body, want)
	}
}

// commits draws any commit that may be encoded.
func commits(t *rapid.T) es.Commit {
	events := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) es.Event {
		some := rapid.StringN(1, 20, -1)
		maybe := rapid.String()
		data, _ := json.Marshal(rapid.MapOf(maybe, rapid.Int64()).Draw(t, "data"))
		e := es.Event{
			ID: some.Draw(t, "id"), Type: some.Draw(t, "type"), Source: some.Draw(t, "source"),
			Subject: maybe.Draw(t, "subject"), Actor: maybe.Draw(t, "actor"), Credential: maybe.Draw(t, "credential"), Data: data,
			Correlation: maybe.Draw(t, "correlation"), Causation: maybe.Draw(t, "causation"), Traceparent: maybe.Draw(t, "trace"),
		}
		if at := rapid.Int64Range(0, 1<<60).Draw(t, "time"); at != 0 {
			e.Time = time.Unix(0, at).UTC()
		}
		return e
	}), 1, 4).Draw(t, "events")
	return es.Commit{Command: rapid.StringN(1, 20, -1).Draw(t, "command"), Events: events}
}

func TestEveryCommitComesBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := commits(t)
		h, body, err := es.Encode(c)
		if err != nil {
			t.Fatal(err)
		}
		for name, values := range h {
			if len(values) != 1 || strings.ContainsFunc(values[0], func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
				t.Fatalf("header %s: %q is not printable ASCII", name, values)
			}
		}
		back, err := es.Decode(h, body)
		if err != nil {
			t.Fatal(err)
		}
		if !same(c, back) {
			t.Fatalf("\n in %+v\nout %+v", c, back)
		}
		light, err := es.DecodeTypes(h)
		if err != nil || light.Command != c.Command || len(light.Events) != len(c.Events) {
			t.Fatalf("the headers alone give %+v, %v", light, err)
		}
		for i, e := range light.Events {
			if e.Type != c.Events[i].Type {
				t.Fatalf("event %d is of type %q, by the headers %q", i, c.Events[i].Type, e.Type)
			}
		}
	})
}

// same compares commits, taking data as JSON and not as bytes.
func same(a, b es.Commit) bool {
	if a.Command != b.Command || len(a.Events) != len(b.Events) {
		return false
	}
	for i := range a.Events {
		x, y := a.Events[i], b.Events[i]
		if !bytes.Equal(canonical(x.Data), canonical(y.Data)) || !x.Time.Equal(y.Time) {
			return false
		}
		x.Data, y.Data, x.Time, y.Time = nil, nil, time.Time{}, time.Time{}
		if !reflect.DeepEqual(x, y) {
			return false
		}
	}
	return true
}

func canonical(data json.RawMessage) []byte {
	var v any
	_ = json.Unmarshal(data, &v)
	b, _ := json.Marshal(v)
	return b
}

func TestRefusesWhatIsNoCommit(t *testing.T) {
	t.Parallel()
	good := func(change func(*es.Event)) es.Commit {
		e := event("c1.0")
		change(&e)
		return es.Commit{Command: "c1", Events: []es.Event{e}}
	}
	for name, c := range map[string]es.Commit{
		"no command":    {Events: []es.Event{event("x")}},
		"no events":     {Command: "c1"},
		"no id":         good(func(e *es.Event) { e.ID = "" }),
		"no type":       good(func(e *es.Event) { e.Type = "" }),
		"no source":     good(func(e *es.Event) { e.Source = "" }),
		"no data":       good(func(e *es.Event) { e.Data = nil }),
		"data not JSON": good(func(e *es.Event) { e.Data = json.RawMessage(`{"a"`) }),
		"not UTF-8":     good(func(e *es.Event) { e.Actor = "\xff" }),
	} {
		if _, _, err := es.Encode(c); !errors.Is(err, es.ErrWire) {
			t.Errorf("Encode, %s: %v", name, err)
		}
	}
	header := func(change func(map[string][]string)) map[string][]string {
		h, _, _ := es.Encode(good(func(*es.Event) {}))
		change(h)
		return h
	}
	set := func(name, value string) map[string][]string {
		return header(func(h map[string][]string) { h[name] = []string{value} })
	}
	for name, m := range map[string]struct {
		header map[string][]string
		body   string
	}{
		"nothing":        {nil, ""},
		"no command":     {header(func(h map[string][]string) { delete(h, es.HeaderCommand) }), "{}"},
		"broken escape":  {set("ce-actor", "%zz"), "{}"},
		"cut escape":     {set("ce-actor", "a%4"), "{}"},
		"other version":  {set("ce-specversion", "0.3"), "{}"},
		"broken time":    {set("ce-time", "yesterday"), "{}"},
		"broken body":    {set("ce-actor", "u1"), "{"},
		"broken batch":   {set("content-type", "application/cloudevents-batch+json"), "{}"},
		"empty batch":    {set("content-type", "application/cloudevents-batch+json"), "[]"},
		"batch of holes": {set("content-type", "application/cloudevents-batch+json"), `[{"specversion":"1.0"}]`},
	} {
		if c, err := es.Decode(m.header, []byte(m.body)); !errors.Is(err, es.ErrWire) {
			t.Errorf("Decode, %s: %+v, %v", name, c, err)
		}
	}
}

func TestReadsWhatOthersAdd(t *testing.T) {
	t.Parallel()
	h, body, err := es.Encode(es.Commit{Command: "c1", Events: []es.Event{event("c1.0")}})
	if err != nil {
		t.Fatal(err)
	}
	h["ce-priority"], h["Nats-Sequence"], h["content-type"] = []string{"1"}, []string{"7"}, []string{"application/json; charset=utf-8"}
	if c, err := es.Decode(h, body); err != nil || c.Events[0].ID != "c1.0" {
		t.Fatalf("%+v, %v", c, err)
	}
	h["content-type"] = []string{"Application/CloudEvents-Batch+JSON; charset=utf-8"}
	batch := `[{"specversion":"1.0","id":"a","type":"t","source":"/s","priority":1,"data":null}]`
	if c, err := es.Decode(h, []byte(batch)); err != nil || c.Events[0].ID != "a" || string(c.Events[0].Data) != "null" {
		t.Fatalf("%+v, %v", c, err)
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("c1", "1.0", "a.0", "t", "/s", "", "application/json", []byte(`{}`))
	f.Add("c%201", "1.0", "", "", "", "", "application/cloudevents-batch+json", []byte(`[{"specversion":"1.0","id":"a","type":"t","source":"/s","data":1}]`))
	f.Fuzz(func(t *testing.T, command, version, id, typ, source, at, media string, body []byte) {
		c, err := es.Decode(map[string][]string{
			es.HeaderCommand: {command}, "ce-specversion": {version}, "ce-id": {id}, es.HeaderType: {typ},
			"ce-source": {source}, "ce-time": {at}, "content-type": {media},
		}, body)
		if err != nil {
			return
		}
		// What can be read can be stored again and stays the same.
		h, b, err := es.Encode(c)
		if err != nil {
			t.Fatalf("%+v: %v", c, err)
		}
		if back, err := es.Decode(h, b); err != nil || !same(c, back) {
			t.Fatalf("\n in %+v\nout %+v\n%v", c, back, err)
		}
	})
}
