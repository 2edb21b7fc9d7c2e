package resttest

import (
	"net/http"
	"slices"
	"sync"
)

// answer is what came back.
type answer struct {
	code   int
	header http.Header
	body   string
}

// tape records an answer, which may be looked at while it is written.
type tape struct {
	changed chan struct{} // has something in it after each change

	mu     sync.Mutex
	header http.Header // the handler's
	got    answer
	body   []byte
}

func newTape() *tape { return &tape{changed: make(chan struct{}, 1), header: http.Header{}} }

func (w *tape) Header() http.Header { return w.header }

func (w *tape) WriteHeader(code int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begin(code)
}

// begin keeps the headers as they are, once; those of 1xx are not the answer's.
func (w *tape) begin(code int) {
	if w.got.code == 0 && code >= 200 {
		w.got.code, w.got.header = code, w.header.Clone()
	}
}

func (w *tape) Write(p []byte) (int, error) {
	w.mu.Lock()
	if w.header.Get("Content-Type") == "" && w.got.code == 0 {
		w.header.Set("Content-Type", http.DetectContentType(p))
	}
	w.begin(http.StatusOK)
	w.body = append(w.body, p...)
	w.mu.Unlock()
	select {
	case w.changed <- struct{}{}:
	default:
	}
	return len(p), nil
}

// Flush is for handlers that stream: everything is flushed here.
func (w *tape) Flush() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begin(http.StatusOK)
}

// answer is what there is so far.
func (w *tape) answer() answer {
	w.mu.Lock()
	defer w.mu.Unlock()
	a := w.got
	if a.code == 0 {
		a.code, a.header = http.StatusOK, w.header.Clone()
	}
	a.body = string(slices.Clone(w.body))
	return a
}
