package es

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func plainBatch(t testing.TB) []byte {
	at := time.Date(2026, 11, 21, 8, 0, 0, 5, time.UTC)
	_, body, err := encodeBatch(Commit{Command: "c", Events: []Event{
		{ID: "c.0", Type: "t.v1", Source: "/s", Subject: "job/1", Time: at, Actor: "u", Traceparent: "00-0", Data: json.RawMessage(`{"a":"\"}<é>","b":[{"c":{}}]}`)},
		{ID: "c.1", Type: "t.v1", Source: "/s", Credential: "g", Correlation: "r", Causation: "q", Data: json.RawMessage(`{}`)},
		{ID: "c.2", Type: "t.v1", Source: "/s", Data: json.RawMessage(`{"n":null}`)},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestWhatWeWriteIsPlain(t *testing.T) {
	t.Parallel()
	events, ok := readPlain(plainBatch(t))
	if !ok || len(events) != 3 || events[1].Correlation != "r" || string(events[2].Data) != `{"n":null}` {
		t.Fatalf("%v %+v", ok, events)
	}
}

// What the short way reads, the long way reads alike, whatever became of the text.
func TestThePlainReaderReadsNothingElse(t *testing.T) {
	t.Parallel()
	body := plainBatch(t)
	rapid.Check(t, func(t *rapid.T) {
		b := append([]byte(nil), body...)
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
			switch what := rapid.SampledFrom([]string{"put", "cut", "in"}).Draw(t, "what"); what {
			case "put":
				b[at] = rapid.SampledFrom([]byte("\"\\{}[],: a0\x01\xc3")).Draw(t, "byte")
			case "cut":
				b = append(b[:at], b[min(len(b), at+rapid.IntRange(1, 30).Draw(t, "n")):]...)
			case "in":
				b = append(b[:at:at], append([]byte(rapid.SampledFrom([]string{`"`, `\`, `{}`, `}`, `,"x":1`, `,"id":"y"`, `,"data":{}`, " "}).Draw(t, "text")), b[at:]...)...)
			}
			if len(b) == 0 {
				return
			}
		}
		short, ok := readPlain(b)
		if !ok {
			return
		}
		long, err := readAny(b)
		if err != nil || !reflect.DeepEqual(short, long) {
			t.Fatalf("%s\nshort %+v\nlong  %+v %v", b, short, long, err)
		}
	})
}
