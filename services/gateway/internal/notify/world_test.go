package notify_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/gateway/internal/notify"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// world is a journal of jobs, what notifiers share, and all receivers, in a
// bubble of synctest.
type world struct {
	*testing.T
	journal *esmem.Store
	keep    *memory
	cfg     notify.Config

	mu     sync.Mutex
	told   []string                                // "host job state", as it was taken
	asked  int                                     // requests that came
	answer func(ctx context.Context, r string) int // the status; nil: 204
	log    bytes.Buffer

	notes    []jobsapi.NoteRequest
	mark     uint64
	nothing  bool  // there is no mark
	unmarked error // instead of it
}

// inWorld runs a test in a bubble, where time passes only when all wait.
func inWorld(t *testing.T, test func(w *world)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		test(&world{T: t, journal: esmem.New(), keep: &memory{}, cfg: notify.Config{Rate: 10_000}})
	})
}

// replica runs a notifier until the function that is returned is called, or the
// test ends.
func (w *world) replica(keep notify.Keep) (stop func()) {
	w.Helper()
	n := notify.New(w.cfg, notify.Ports{
		Journal: w.journal, Keep: keep, Since: w.since, Client: &http.Client{Transport: w}, Form: form,
		Sign: func(_ context.Context, receiver string) (string, error) { return "for " + receiver, nil },
		Note: w.note, Now: time.Now, Log: slog.New(slog.NewTextHandler(w, nil)),
	})
	ctx, cancel := context.WithCancel(w.Context())
	done := make(chan struct{})
	go func() { n.Run(ctx); close(done) }()
	stop = func() { cancel(); <-done }
	w.Cleanup(stop)
	return stop
}

// note is what an owner reads.
func (w *world) note(_ context.Context, r jobsapi.NoteRequest) (jobsapi.Empty, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.notes = append(w.notes, r)
	return jobsapi.Empty{}, nil
}

// since is the mark, which stands at the beginning unless the test says where.
func (w *world) since(context.Context) (uint64, bool, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.mark, !w.nothing, w.unmarked
}

func form(n jobsapi.Notice) (notify.Message, error) {
	if n.Job.Spec.Name == "unwritable" {
		return notify.Message{}, errors.New("no words")
	}
	return notify.Message{Type: "text/plain", Body: []byte(n.Job.ID.String() + " " + string(n.State))}, nil
}

// Write takes what is logged.
func (w *world) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.log.Write(b)
}

// RoundTrip is all receivers.
func (w *world) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if want := "Bearer for " + r.URL.Scheme + "://" + r.URL.Host; err != nil || r.Header.Get("Authorization") != want || r.Method != http.MethodPost {
		w.Errorf("%s with %q, %v", r.Method, r.Header.Get("Authorization"), err)
	}
	said := r.URL.Host + " " + string(body)
	w.mu.Lock()
	w.asked++
	answer := w.answer
	w.mu.Unlock()
	status := http.StatusNoContent
	if answer != nil {
		status = answer(r.Context(), said)
	}
	if r.Context().Err() != nil {
		return nil, r.Context().Err()
	}
	if status/100 == 2 {
		w.mu.Lock()
		w.told = append(w.told, said)
		w.mu.Unlock()
	}
	return &http.Response{StatusCode: status, Body: http.NoBody, Request: r}, nil
}

// tell is a job that comes to states of which its owner wants to hear, one
// commit each. It returns what a receiver is told.
func (w *world) tell(n int, url string, states ...string) (said []string) {
	w.Helper()
	job := id.ID(n)
	host := strings.Split(url, "/")[2]
	w.append(n, "submitted", map[string]any{"id": job.String(), "owner": "u-" + host, "spec": map[string]any{"notify": map[string]any{"url": url}}})
	for _, s := range states {
		w.append(n, s, nil)
		said = append(said, host+" "+job.String()+" "+s)
	}
	return said
}

// append adds a commit to a job, with a notification of what it leads to.
func (w *world) append(n int, state string, data any) {
	w.Helper()
	topic, event := jobsapi.Topic("u-1", id.ID(n)), map[string]string{"running": "started"}[state]
	if event == "" {
		event = state
	}
	text, err := json.Marshal(data)
	if err != nil {
		w.Fatal(err)
	}
	if data == nil {
		text = []byte("{}")
	}
	before, err := w.journal.Load(w.Context(), topic, 0)
	if err != nil {
		w.Fatal(err)
	}
	var expect uint64
	if len(before) > 0 {
		expect = before[len(before)-1].Seq
	}
	c := es.Commit{Command: fmt.Sprint(n, " ", len(before))}
	c.Events = append(c.Events, es.Event{ID: c.Command + ".0", Source: "/jobs", Type: "jobs.job." + event + ".v1", Time: time.Now(), Data: text})
	if state != "submitted" {
		c.Events = append(c.Events, es.Event{ID: c.Command + ".1", Source: "/jobs", Type: jobsapi.EventNotificationDue, Time: time.Now(),
			Data: []byte(`{"state":"` + state + `"}`)})
	}
	if _, err := w.journal.Append(w.Context(), topic, expect, c); err != nil {
		w.Fatal(err)
	}
}

// after lets time pass and returns what was told by then.
func (w *world) after(d time.Duration) []string {
	time.Sleep(d)
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.told)
}

// wants checks what was told, in any order if there are several jobs.
func (w *world) wants(got []string, want ...string) {
	w.Helper()
	g, v := slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(want))
	if !slices.Equal(g, v) {
		w.Errorf("told were %q, not %q", got, want)
	}
}

func (w *world) logged(text string) {
	w.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if !strings.Contains(w.log.String(), text) {
		w.Errorf("%q is not in the log: %s", text, &w.log)
	}
}

// memory is a Keep.
type memory struct {
	mu      sync.Mutex
	value   []byte
	version uint64
}

func (m *memory) Get(context.Context) ([]byte, uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.value, m.version, nil
}

func (m *memory) Put(_ context.Context, value []byte, version uint64) (uint64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if version != m.version {
		return 0, notify.ErrChanged
	}
	m.value, m.version = value, m.version+1
	return m.version, nil
}

// mortal is a Keep whose replica can be cut off from it.
type mortal struct {
	notify.Keep
	mu   sync.Mutex
	dead bool
}

var errDead = errors.New("cut off")

func (m *mortal) die() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead = true
}

func (m *mortal) isDead() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dead
}

func (m *mortal) Get(ctx context.Context) ([]byte, uint64, error) {
	if m.isDead() {
		return nil, 0, errDead
	}
	return m.Keep.Get(ctx)
}

func (m *mortal) Put(ctx context.Context, value []byte, version uint64) (uint64, error) {
	if m.isDead() {
		return 0, errDead
	}
	return m.Keep.Put(ctx, value, version)
}
