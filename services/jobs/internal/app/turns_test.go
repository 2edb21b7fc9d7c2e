package app

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
)

func TestTurnsGoToWhoHasTheFewest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := newTurns(4, 3)
		var got []string
		ends := map[string][]func(){}
		ask := func(ctx context.Context, owner string) {
			go func() {
				if end, ok := turns.take(ctx, owner); ok {
					got = append(got, owner)
					ends[owner] = append(ends[owner], end)
				}
			}()
			synctest.Wait()
		}
		for range 5 {
			ask(t.Context(), "alice") // three of them: no more at once
		}
		gone, cancel := context.WithCancel(t.Context())
		ask(t.Context(), "bob")
		ask(gone, "carol") // waits, and goes away
		cancel()
		synctest.Wait()
		ask(t.Context(), "bob")
		for range 2 { // alice has 2 and bob 1; then both have 2, and alice waits for longer
			ends["alice"][0]()
			ends["alice"] = ends["alice"][1:]
			synctest.Wait()
		}
		if want := []string{"alice", "alice", "alice", "bob", "bob", "alice"}; !slices.Equal(got, want) {
			t.Fatalf("turns went to %v, not %v", got, want)
		}
		for _, list := range ends {
			for _, end := range list {
				end()
			}
		}
		synctest.Wait()
		for _, end := range ends["alice"][len(ends["alice"])-1:] {
			end()
		}
		if turns.total != 0 || len(turns.has) != 0 || len(turns.waiting) != 0 {
			t.Errorf("left: %+v", turns)
		}
	})
}
