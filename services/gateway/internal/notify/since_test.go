package notify_test

import (
	"errors"
	"testing"
	"time"
)

// Where nobody ever was to be told, the journal is not read; and from when
// somebody is, it is read from the mark on.
func TestNothingIsReadBeforeTheMark(t *testing.T) {
	inWorld(t, func(w *world) {
		w.nothing, w.unmarked = true, errors.New("down")
		w.replica(w.keep)
		w.tell(1, "http://a/x", "running")
		w.wants(w.after(time.Hour))
		w.logged("cannot learn whether somebody is to be told")
		if w.keep.version != 0 {
			t.Error("somebody leads")
		}
		before, _ := w.journal.Last(t.Context())
		w.mu.Lock()
		w.nothing, w.unmarked, w.mark = false, nil, before
		w.mu.Unlock()
		want := w.tell(2, "http://a/x", "running")
		w.wants(w.after(10*time.Second), want...)
	})
}

// A mark beyond the journal is another journal's.
func TestAMarkOfAnotherJournal(t *testing.T) {
	inWorld(t, func(w *world) {
		want := w.tell(1, "http://a/x", "running")
		w.mark = 1000
		w.replica(w.keep)
		w.wants(w.after(10*time.Second), want...)
	})
}
