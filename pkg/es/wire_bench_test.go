package es_test

import (
	"encoding/json"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
)

// submitted is what a submit writes: three events, one of them with content.
func submitted() es.Commit {
	c := es.Commit{Command: "c1", Events: []es.Event{event("c1.0"), event("c1.1"), event("c1.2")}}
	c.Events[0].Data = json.RawMessage(`{"id":"0f3k2m9qxya","owner":"0f3k2m9qxyb","owner_name":"demouser","group":"users","spec":{"name":"sim-1","executable":"/bin/true","arguments":["1"],"site":"NOWHERE","tags":["batch-1"]},"expires":"2026-12-21T08:00:00Z"}`)
	c.Events[1].Data, c.Events[2].Data = json.RawMessage("{}"), json.RawMessage("{}")
	return c
}

func BenchmarkEncode(b *testing.B) {
	c := submitted()
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := es.Encode(c); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	h, body, err := es.Encode(submitted())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := es.Decode(h, body); err != nil {
			b.Fatal(err)
		}
	}
}
