package turns

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
)

// TestUsersTakeTurns: who asks for much does not keep others from their turn,
// and nobody has more at once than they may.
func TestUsersTakeTurns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := New(2, 2, 9)
		var began []string
		ends := map[string]func(){}
		ask := func(user string, n int) {
			go func() {
				done, err := turns.Take(t.Context(), user)
				if err != nil {
					t.Error(err)
				}
				name := fmt.Sprint(user, n)
				began = append(began, name)
				ends[name] = done
			}()
			synctest.Wait()
		}
		for n := range 4 {
			ask("a", n)
		}
		ask("b", 0)
		ask("c", 0)
		ask("b", 1)
		for i := range 7 {
			ends[began[i]]()
			synctest.Wait()
		}
		if want := []string{"a0", "a1", "a2", "b0", "c0", "a3", "b1"}; !slices.Equal(began, want) {
			t.Errorf("turns %v", began)
		}
		if turns.free != 2 || len(turns.working)+len(turns.waiting)+len(turns.order) != 0 {
			t.Errorf("left behind: %+v", turns)
		}
	})
}

func TestOneUserHasTheirShare(t *testing.T) {
	t.Parallel()
	synctest.Test(t, oneUserHasTheirShare)
}

func oneUserHasTheirShare(t *testing.T) {
	turns := New(3, 1, 9)
	done, err := turns.Take(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error, 1)
	go func() {
		_, err := turns.Take(ctx, "a")
		second <- err
	}()
	synctest.Wait()
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("a second one of the same user: %v", err)
	}
	if b, err := turns.Take(t.Context(), "b"); err != nil {
		t.Error(err)
	} else {
		b()
	}
	done()
	if turns.free != 3 || len(turns.working)+len(turns.waiting)+len(turns.order) != 0 {
		t.Errorf("left behind: %+v", turns)
	}
}

func TestNobodyWaitsInAnEndlessLine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns := New(1, 1, 9)
		ctx, cancel := context.WithCancel(t.Context())
		for range 10 {
			go func() { _, _ = turns.Take(ctx, "a") }()
		}
		synctest.Wait()
		if _, err := turns.Take(ctx, "a"); !errors.Is(err, ErrFull) {
			t.Errorf("one more: %v", err)
		}
		cancel()
		synctest.Wait()
		if len(turns.waiting)+len(turns.order) != 0 {
			t.Errorf("left behind: %+v", turns)
		}
	})
}
