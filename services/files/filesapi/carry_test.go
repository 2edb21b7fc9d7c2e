package filesapi

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// say answers with lines.
func say(lines ...CarryLine) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		for _, l := range lines {
			_ = json.NewEncoder(w).Encode(l)
		}
		_ = http.NewResponseController(w).Flush()
	}
}

func carry(ctx context.Context, m *Mover) (arrived []string, err error) {
	err = (&carrier{m}).Carry(ctx, Carry{Path: Path{Storage: "home", Path: "in"}, URL: "x:y"}, func(c Carried) { arrived = append(arrived, c.Path) })
	return arrived, err
}

func TestCarrierTellsWhatItIsTold(t *testing.T) {
	t.Parallel()
	a, b, beat := CarryLine{Arrived: &Carried{Path: "/a"}}, CarryLine{Arrived: &Carried{Path: "/b"}}, CarryLine{}
	for name, c := range map[string]struct {
		lines   []CarryLine
		arrived []string
		kind    fault.Kind
	}{
		"well":       {[]CarryLine{beat, a, beat, b, {Done: true}}, []string{"/a", "/b"}, ""},
		"nothing":    {[]CarryLine{{Done: true}}, nil, ""},
		"refused":    {[]CarryLine{a, {Fault: fault.New(fault.Missing, "x.y", "Z.")}}, []string{"/a"}, fault.Missing},
		"broken off": {[]CarryLine{a, beat}, []string{"/a"}, fault.Unavailable},
		"no line":    {nil, nil, fault.Unavailable},
	} {
		s := &tickets{urls: []string{nowhere(), serve(t, say(c.lines...))}}
		arrived, err := carry(t.Context(), NewMover(s, nil))
		if !slices.Equal(arrived, c.arrived) || c.kind == "" && err != nil || c.kind != "" && !fault.Is(err, c.kind) {
			t.Errorf("%s: %v, %v", name, arrived, err)
		}
	}
}

// TestCarrierAsksNobodyTwice: once a replica has the request it may have begun,
// and it is for the caller to say whether to do it again.
func TestCarrierAsksNobodyTwice(t *testing.T) {
	t.Parallel()
	asked := 0
	s := &tickets{urls: []string{serve(t, func(_ http.ResponseWriter, r *http.Request) {
		asked++
		_, _ = io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	})}}
	if _, err := carry(t.Context(), NewMover(s, nil)); !fault.Is(err, fault.Unavailable) || asked != 1 {
		t.Errorf("asked %d times, %v", asked, err)
	}
}

func TestCarrierBearsALongCarryAndNoSilence(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		beats int
		kind  fault.Kind
		takes time.Duration
	}{"beats": {5, "", 2500 * time.Millisecond}, "silence": {0, fault.Unavailable, time.Second}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := impatient(t, func(w http.ResponseWriter, r *http.Request) {
					say(CarryLine{})(w, r)
					for range c.beats {
						time.Sleep(500 * time.Millisecond)
						say(CarryLine{})(w, r)
					}
					if c.beats > 0 {
						say(CarryLine{Done: true})(w, r)
						return
					}
					<-r.Context().Done()
				})
				begin := time.Now()
				_, err := carry(t.Context(), m)
				if took := time.Since(begin); took != c.takes || c.kind == "" && err != nil || c.kind != "" && !fault.Is(err, c.kind) {
					t.Errorf("%v after %v", err, took)
				}
			})
		})
	}
}

func TestCancelledCarrySaysSo(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	s := &tickets{urls: []string{serve(t, func(w http.ResponseWriter, r *http.Request) {
		say(CarryLine{})(w, r)
		cancel()
		<-r.Context().Done()
	})}}
	if _, err := carry(ctx, NewMover(s, nil)); !fault.Is(err, fault.Timeout) {
		t.Errorf("got %v", err)
	}
}

func TestURLsOfStorages(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{"": "storage:home/", "/": "storage:home/", "a/b": "storage:home/a/b", "//a b?#%c": "storage:home/a%20b%3F%23%25c", "ü": "storage:home/%C3%BC"} {
		if got := StorageURL("home", path); got != want || strings.Contains(got, " ") {
			t.Errorf("%q: %s", path, got)
		}
	}
}
