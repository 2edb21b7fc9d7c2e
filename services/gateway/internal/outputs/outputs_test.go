package outputs

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// world is one job and what it has written.
type world struct {
	mu      sync.Mutex
	job     jobsapi.Job
	text    string
	written bool
	down    error
	changed chan struct{}
	reads   atomic.Int64
	asked   atomic.Int64
}

func newWorld() *world {
	return &world{job: jobsapi.Job{ID: 42, Owner: "u1", State: jobsapi.Running, Epoch: 1, Version: 1}, changed: make(chan struct{})}
}

func (w *world) write(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.text, w.written = w.text+text, true
}

func (w *world) set(change func(*jobsapi.Job)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	change(&w.job)
	w.job.Version++
	close(w.changed)
	w.changed = make(chan struct{})
}

// jobs is the jobs service.
type jobs struct{ *world }

func (w jobs) Get(ctx context.Context, q jobsapi.GetRequest) (jobsapi.Job, error) {
	limit := time.NewTimer(q.Wait)
	defer limit.Stop()
	for {
		w.mu.Lock()
		j, changed := w.job, w.changed
		w.mu.Unlock()
		if j.Version > q.After || q.Wait == 0 {
			return j, nil
		}
		select {
		case <-changed:
		case <-limit.C:
			return j, nil
		case <-ctx.Done():
			return j, ctx.Err()
		}
	}
}

// Access lets people read that the job is shared with.
func (w jobs) Access(ctx context.Context, _ jobsapi.AccessRequest) (jobsapi.Access, error) {
	w.asked.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	return jobsapi.Access{Read: slices.Contains(w.job.ACL, who.From(ctx).ID)}, nil
}

// content is the way to the bytes.
type content struct{ *world }

func (w content) Get(out http.ResponseWriter, r *http.Request, p filesapi.Path) error {
	w.reads.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.down != nil {
		return w.down
	}
	if !w.written || p.Path != "out.txt" {
		return fault.New(fault.Missing, "files.missing", "none")
	}
	http.ServeContent(out, r, "", time.Time{}, strings.NewReader(w.text))
	return nil
}

// got is a follower's: what it was given, with a bar wherever it began anew.
type got struct {
	mu    sync.Mutex
	text  bytes.Buffer
	next  Position
	quiet int
}

func (g *got) Data(at Position, data []byte) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.next.Epoch != 0 && at != g.next {
		g.text.WriteString("|")
	}
	g.text.Write(data)
	g.next = Position{at.Epoch, at.Offset + int64(len(data))}
	return nil
}

func (g *got) Quiet() error { g.quiet++; return nil }

func (g *got) String() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.text.String()
}

func (w *world) hub(keep int) *Hub {
	return New(Config{Jobs: jobs{w}, Bytes: content{w}, Log: logx.Discard(), Keep: keep})
}

func (w *world) now() jobsapi.Job {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.job
}

// alice is the job's owner.
func alice(t *testing.T) context.Context { return as(t, "u1") }

func as(t *testing.T, id string) context.Context { return who.With(t.Context(), who.Principal{ID: id}) }

// follow begins to follow in a goroutine of the bubble.
func (w *world) follow(t *testing.T, h *Hub, at Position) (*got, <-chan jobsapi.Job) {
	g, over := &got{}, make(chan jobsapi.Job, 1)
	go func() {
		j, err := h.Follow(alice(t), w.now(), "out.txt", at, g)
		if err != nil {
			t.Errorf("from %v: %v", at, err)
		}
		over <- j
	}()
	return g, over
}

// TestManyFollowersCostOneReader counts what the files service is asked.
func TestManyFollowersCostOneReader(t *testing.T) {
	t.Parallel()
	costs := func(followers int) (reads int64) {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld()
			h := w.hub(0)
			w.write("hello\n")
			var all []*got
			var ends []<-chan jobsapi.Job
			for i := range followers {
				g, over := w.follow(t, h, Position{Offset: int64(i % 3)})
				all, ends = append(all, g), append(ends, over)
			}
			want := "hello\n"
			for range 20 {
				time.Sleep(313 * time.Millisecond) // never with a tick
				w.write("and more\n")
				want += "and more\n"
			}
			w.set(func(j *jobsapi.Job) { j.State = jobsapi.Succeeded })
			for i, over := range ends {
				if j := <-over; j.State != jobsapi.Succeeded {
					t.Errorf("it ended %s", j.State)
				}
				if got := all[i].String(); got != want[i%3:] {
					t.Fatalf("follower %d: %q", i, got)
				}
			}
			if len(h.readers) > 0 {
				t.Error("a reader is left")
			}
			reads = w.reads.Load()
		})
		return reads
	}
	one, thousand := costs(1), costs(1000)
	if t.Logf("%d reads for one, %d for 1,000", one, thousand); thousand > one || one < 10 {
		t.Errorf("one follower costs %d reads, 1,000 cost %d", one, thousand)
	}
}

func TestOutputIsFollowed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		at   Position
		acts func(w *world)
		want string
		text string // that is there before
	}{
		"before there is a file": {Position{}, func(w *world) { w.write("a") }, "a", ""},
		"a job that waits": {Position{}, func(w *world) {
			w.set(func(j *jobsapi.Job) { j.State, j.Epoch = jobsapi.Running, 1 })
			w.write("abc")
		}, "abc", ""},
		"nothing at all":   {Position{}, func(*world) {}, "", ""},
		"from a place":     {Position{1, 1}, func(w *world) { w.write("cd") }, "bcd", "ab"},
		"an earlier run's": {Position{7, 2}, func(w *world) { w.write("abcd") }, "abcd", ""},
		"restarted": {Position{}, func(w *world) {
			w.write("first run")
			time.Sleep(time.Second)
			w.set(func(j *jobsapi.Job) { j.Epoch = 2; w.text = "" })
			w.write("second")
		}, "first run|second", ""},
		"truncated": {Position{}, func(w *world) {
			w.write("very long")
			time.Sleep(3 * time.Second)
			w.mu.Lock()
			w.text = "short"
			w.mu.Unlock()
		}, "very long|short", ""},
		"beyond the end of a truncated one": {Position{1, 100}, func(w *world) { w.write("short") }, "short", ""},
		"more than is kept":                 {Position{1, 3}, func(w *world) { w.write("end") }, strings.Repeat("0123456789", 100_000)[3:] + "end", strings.Repeat("0123456789", 100_000)},
		"the files service is away for a while": {Position{}, func(w *world) {
			w.write("a")
			w.mu.Lock()
			w.down = fault.New(fault.Unavailable, "files.unreachable", "away")
			w.mu.Unlock()
			time.Sleep(time.Minute)
			w.mu.Lock()
			w.down = nil
			w.mu.Unlock()
			w.write("b")
		}, "ab", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := newWorld()
				if name == "a job that waits" {
					w.job.State, w.job.Epoch = jobsapi.Queued, 0
				}
				if c.text != "" {
					w.write(c.text)
				}
				g, over := w.follow(t, w.hub(100), c.at)
				time.Sleep(time.Second)
				c.acts(w)
				time.Sleep(3 * time.Second)
				if got := g.String(); got != c.want {
					t.Errorf("before the end %.100q, want %.100q", got, c.want)
				}
				w.set(func(j *jobsapi.Job) { j.State = jobsapi.Failed })
				<-over
				if got := g.String(); got != c.want {
					t.Errorf("%.100q, want %.100q", got, c.want)
				}
			})
		})
	}
}

func TestWhatWasWrittenLastIsNotMissed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		g, over := w.follow(t, w.hub(0), Position{})
		time.Sleep(time.Hour) // it is looked at seldom now
		if g.quiet < 200 {
			t.Errorf("told %d times that it is quiet", g.quiet)
		}
		w.write("last words")
		w.set(func(j *jobsapi.Job) { j.State = jobsapi.Succeeded })
		if <-over; g.String() != "last words" {
			t.Errorf("%q", g)
		}
	})
}

func TestFollowersThatLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		h := w.hub(0)
		ctx, leave := context.WithCancelCause(alice(t))
		gone := errors.New("gone")
		ended := make(chan error)
		go func() {
			_, err := h.Follow(ctx, w.now(), "out.txt", Position{}, &got{})
			ended <- err
		}()
		synctest.Wait()
		leave(gone)
		if err := <-ended; err != gone {
			t.Errorf("%v", err)
		}
		synctest.Wait()
		before := w.reads.Load()
		if time.Sleep(time.Minute); w.reads.Load() != before || len(h.readers) > 0 {
			t.Error("it is read on for nobody")
		}
	})
}

func TestTail(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a line of some length, more or less\n", 20_000)
	for _, c := range []struct {
		text  string
		lines int
		want  string
	}{
		{"", 3, ""}, {"a\nb\nc\n", 2, "b\nc\n"}, {"a\nb\nc", 2, "b\nc"}, {"a\n", 5, "a\n"}, {"a\nb\n", 0, ""}, {"\n\n\n", 2, "\n\n"},
		{long, 20_000, long}, {"x\n" + long, 20_000, long}, {long, 1, "a line of some length, more or less\n"},
	} {
		w := newWorld()
		w.write(c.text)
		at, err := w.hub(0).Tail(alice(t), w.now(), "out.txt", c.lines)
		if err != nil || c.text[at:] != c.want {
			t.Errorf("%d lines of %.20q: from %d %v", c.lines, c.text, at, err)
		}
	}
	w := newWorld()
	if at, err := w.hub(0).Tail(alice(t), w.now(), "out.txt", 3); at != 0 || err != nil {
		t.Errorf("of no file: %d, %v", at, err)
	}
}

func TestViewsShareTheReader(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := newWorld()
		w.write("one\n")
		h := w.hub(100)
		g, over := w.follow(t, h, Position{})
		a, b := h.View(w.now(), "out.txt"), h.View(w.now(), "out.txt")
		defer a.Close()
		defer b.Close()
		read := func(v *View, from int64, whole bool) string {
			text, err := v.Bytes(alice(t), from, whole)
			if err != nil {
				t.Error(err)
			}
			return string(text)
		}
		if got := read(a, 0, false) + read(b, 2, false) + read(b, 4, false); got != "one\ne\n" {
			t.Errorf("%q", got)
		}
		go func() {
			time.Sleep(10 * time.Second)
			w.write(strings.Repeat("two\n", 100))
			w.set(func(j *jobsapi.Job) { j.State = jobsapi.Aborted })
		}()
		if got := read(a, 4, true); got != strings.Repeat("two\n", 100) {
			t.Errorf("%q", got)
		}
		if got := read(b, 0, true); got != "one\n"+strings.Repeat("two\n", 100) {
			t.Errorf("%q", got)
		}
		if <-over; g.String() != read(b, 0, true) {
			t.Errorf("%q", g)
		}
		still := newWorld()
		still.job.State, still.job.Epoch = jobsapi.Queued, 0
		v := still.hub(0).View(still.now(), "out.txt")
		defer v.Close()
		if got := read(v, 0, false); got != "" {
			t.Errorf("of a job that waits: %q", got)
		}
	})
}
