package firstseen_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/gateway/internal/firstseen"
	"github.com/heddle-dev/heddle/services/gateway/internal/userdata"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC)

func TestWhatWasFirstIsKnownEverywhereAndLater(t *testing.T) {
	t.Parallel()
	ns := natstest.Start(t)
	book := func(at time.Time) *firstseen.Book {
		store, err := userdata.New(ns.Conn(t), userdata.Handlers, 1)
		if err != nil {
			t.Fatal(err)
		}
		return firstseen.New(store, func() time.Time { return at })
	}
	first, second := book(noon), book(noon.Add(time.Hour))
	note := func(b *firstseen.Book, owner string, ids ...string) {
		t.Helper()
		if err := b.Note(t.Context(), owner, ids); err != nil {
			t.Fatal(err)
		}
	}
	if !first.At("", "a").IsZero() {
		t.Error("it knows what nobody noted")
	}
	note(first, "", "a", "b")
	note(second, "", "a", "c", strings.Repeat("x", 201))
	note(second, "u1", "a")
	for id, want := range map[string]time.Time{"a": noon, "b": noon, "c": noon.Add(time.Hour), strings.Repeat("x", 201): {}} {
		if got := second.At("", id); !got.Equal(want) {
			t.Errorf("%s: %v", id, got)
		}
	}
	if got := second.At("u1", "a"); !got.Equal(noon.Add(time.Hour)) {
		t.Errorf("another's: %v", got)
	}

	var both sync.WaitGroup // at once, at many gateways: none undoes the other
	books := make([]*firstseen.Book, 5)
	for i := range books {
		books[i] = book(noon.Add(time.Duration(i) * time.Minute))
		both.Go(func() { note(books[i], "u2", "shared", fmt.Sprint("own", i)) })
	}
	both.Wait()
	last := book(noon.Add(24 * time.Hour))
	note(last, "u2", "shared", "own0", "own4")
	for _, id := range []string{"shared", "own0", "own4"} {
		if got := last.At("u2", id); got.IsZero() || got.After(noon.Add(time.Hour)) {
			t.Errorf("%s: %v", id, got)
		}
	}
}

// Who has ever other ids fills no store: what is gone makes room, what is there
// stays, and then nothing more is noted.
func TestTheBookIsBounded(t *testing.T) {
	t.Parallel()
	store, err := userdata.New(natstest.Start(t).Conn(t), userdata.Handlers, 1)
	if err != nil {
		t.Fatal(err)
	}
	now := noon
	b := firstseen.New(store, func() time.Time { now = now.Add(time.Second); return now })
	ids := func(kind string, n int) []string {
		out := make([]string, n)
		for i := range out {
			out[i] = fmt.Sprint(kind, i)
		}
		return out
	}
	for _, list := range [][]string{ids("old", 10), ids("much", firstseen.MaxIDs-10)} {
		if err := b.Note(t.Context(), "u", list); err != nil {
			t.Fatal(err)
		}
	}
	fresh := firstseen.New(store, func() time.Time { return now })
	if err := fresh.Note(t.Context(), "u", append(ids("much", firstseen.MaxIDs-10), ids("new", 20)...)); err != nil {
		t.Fatal(err)
	}
	if fresh.At("u", "old0") != (time.Time{}) || fresh.At("u", "new9").IsZero() || !fresh.At("u", "new10").IsZero() || fresh.At("u", "much0").IsZero() {
		t.Errorf("old %v, new %v", fresh.At("u", "old0"), fresh.At("u", "new9"))
	}
}
