package data

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// engine carries as told.
type engine func(ctx context.Context, c filesapi.Carry, arrived func(filesapi.Carried)) error

func (e engine) Carry(ctx context.Context, _ *storage.Tree, c filesapi.Carry, arrived func(filesapi.Carried)) error {
	return e(ctx, c, arrived)
}

// carrying is a door with an engine, and what makes requests to it.
func (s *site) carrying(e engine, change ...func(*Config)) func(ctx context.Context, purpose, body string) *httptest.ResponseRecorder {
	cfg := Config{Disk: s.disk, Gate: newGate(), Signer: s.signer, Engine: e, Idle: 10 * time.Second, Now: time.Now, Log: logx.Discard()}
	for _, f := range change {
		f(&cfg)
	}
	h := New(cfg)
	return func(ctx context.Context, purpose, body string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(ctx, http.MethodPost, Path, strings.NewReader(body))
		r.Header.Set("Authorization", "Bearer "+s.token(purpose, "in"))
		h.ServeHTTP(w, r)
		return w
	}
}

// lines reads an answer.
func lines(t *testing.T, b *bytes.Buffer) (all []filesapi.CarryLine) {
	t.Helper()
	for dec := json.NewDecoder(b); dec.More(); {
		var l filesapi.CarryLine
		must(t, dec.Decode(&l))
		all = append(all, l)
	}
	return all
}

const asked = `{"storage":"home","path":"in","url":"x:y","as":"mallory"}`

func TestCarryTellsHowItGoes(t *testing.T) {
	t.Parallel()
	s := start(t)
	for name, c := range map[string]struct {
		err  error
		last filesapi.CarryLine
	}{
		"well":      {nil, filesapi.CarryLine{Done: true}},
		"a refusal": {fault.New(fault.Missing, "x.y", "Z."), filesapi.CarryLine{Fault: fault.New(fault.Missing, "x.y", "Z.")}},
	} {
		do := s.carrying(func(_ context.Context, what filesapi.Carry, arrived func(filesapi.Carried)) error {
			if what.As != "alice" || what.URL != "x:y" {
				t.Errorf("carries %+v", what)
			}
			arrived(filesapi.Carried{Path: "/in/f", Bytes: 3})
			return c.err
		})
		w := do(t.Context(), filesapi.CarryIn, asked)
		got := lines(t, w.Body)
		if w.Code != 200 || len(got) != 2 || got[0].Arrived.Path != "/in/f" || got[1].Done != c.last.Done || (got[1].Fault == nil) != (c.last.Fault == nil) {
			t.Errorf("%s: %d %+v", name, w.Code, got)
		}
	}
}

func TestCarryRefusesWhatItsTicketIsNotFor(t *testing.T) {
	t.Parallel()
	s := start(t)
	do := s.carrying(func(context.Context, filesapi.Carry, func(filesapi.Carried)) error {
		t.Error("carried")
		return nil
	})
	for name, c := range map[string]struct {
		purpose, body string
		status        int
	}{
		"another path":      {filesapi.CarryIn, strings.Replace(asked, `"in"`, `"out"`, 1), 400},
		"another direction": {filesapi.CarryOut, asked, 400},
		"no JSON":           {filesapi.CarryIn, "<carry/>", 400},
		"nothing":           {filesapi.CarryIn, "", 400},
		"too much":          {filesapi.CarryIn, asked + strings.Repeat(" ", filesapi.MaxCarry), 413},
		"to read":           {filesapi.Read, asked, 405},
	} {
		if w := do(t.Context(), c.purpose, c.body); w.Code != c.status || w.Header().Get(filesapi.HeaderFault) == "" {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

func TestCarryThatPanicsIsADefect(t *testing.T) {
	t.Parallel()
	s := start(t)
	do := s.carrying(func(context.Context, filesapi.Carry, func(filesapi.Carried)) error { panic("secret") })
	w := do(t.Context(), filesapi.CarryIn, asked)
	if strings.Contains(w.Body.String(), "secret") {
		t.Error("tells why")
	}
	if got := lines(t, w.Body); len(got) != 1 || got[0].Fault == nil || got[0].Fault.Kind != fault.Internal {
		t.Errorf("%+v", got)
	}
}

// TestLongCarry: it is never silent, however long a file takes, and what has
// arrived is told at once.
func TestLongCarry(t *testing.T) {
	t.Parallel()
	s := start(t)
	synctest.Test(t, func(t *testing.T) {
		var told int
		do := s.carrying(func(_ context.Context, _ filesapi.Carry, arrived func(filesapi.Carried)) error {
			arrived(filesapi.Carried{Path: "/in/f"})
			time.Sleep(5*filesapi.CarryBeat + time.Second)
			return nil
		}, func(c *Config) { c.Gate = newGate() })
		for _, l := range lines(t, do(t.Context(), filesapi.CarryIn, asked).Body) {
			if l == (filesapi.CarryLine{}) {
				told++
			}
		}
		if told < 4 || told > 6 {
			t.Errorf("%d beats", told)
		}
	})
}

// TestStoppingServiceLetsGo: what is carried when the service stops is broken
// off, and its caller is told to try again.
func TestStoppingServiceLetsGo(t *testing.T) {
	t.Parallel()
	s := start(t)
	stopping, stop := context.WithCancel(t.Context())
	do := s.carrying(func(ctx context.Context, _ filesapi.Carry, _ func(filesapi.Carried)) error {
		stop()
		<-ctx.Done()
		return fault.From(ctx.Err())
	}, func(c *Config) { c.Stopping = stopping })
	got := lines(t, do(t.Context(), filesapi.CarryIn, asked).Body)
	if len(got) != 1 || got[0].Fault == nil || got[0].Fault.Kind != fault.Unavailable || got[0].Fault.RetryAfter <= 0 {
		t.Errorf("%+v", got)
	}
}

// TestCarryOutlastsThePatienceForItsRequest: how long the client may take to ask
// is no limit to how long the answer takes; and when the client goes, it ends.
func TestCarryOutlastsThePatienceForItsRequest(t *testing.T) {
	t.Parallel()
	s := start(t)
	const idle = 30 * time.Millisecond
	ended := make(chan error, 1)
	srv := httptest.NewServer(New(Config{Disk: s.disk, Gate: newGate(), Signer: s.signer, Idle: idle, Now: time.Now, Log: logx.Discard(),
		Engine: engine(func(ctx context.Context, _ filesapi.Carry, arrived func(filesapi.Carried)) error {
			select {
			case <-ctx.Done():
				ended <- ctx.Err()
				return ctx.Err()
			case <-time.After(5 * idle): // what is waited for is that nothing happens
			}
			arrived(filesapi.Carried{Path: "/in/f"})
			<-ctx.Done()
			ended <- nil
			return ctx.Err()
		})}))
	t.Cleanup(srv.Close)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+Path, strings.NewReader(asked))
	must(t, err)
	req.Header.Set("Authorization", "Bearer "+s.token(filesapi.CarryIn, "in"))
	res, err := http.DefaultClient.Do(req)
	must(t, err)
	defer res.Body.Close()
	var l filesapi.CarryLine
	if err := json.NewDecoder(res.Body).Decode(&l); err != nil || l.Arrived == nil {
		t.Errorf("%+v, %v", l, err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Errorf("ended early: %v", err)
	}
}
