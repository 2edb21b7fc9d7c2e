package grant

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestRotation lets an owner and a thief, who each hold some of the tokens
// ever given, refresh in any order. At any time at most one token works, each
// works at most once, and from the first reuse on none ever works again.
func TestRotation(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		g := Evolve(Grant{}, Begun{ID: "g", User: "u", Client: "c", Scopes: []string{"api"}, Offline: true, Expires: now.Add(time.Hour)})
		used, over := map[uint64]bool{}, false
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			shown := uint64(rapid.IntRange(0, int(g.Generation)+2).Draw(t, "generation"))
			client := rapid.SampledFrom([]string{"c", "c", "c", "other"}).Draw(t, "client")
			before := g
			events, err := Decide(g, Rotate{Client: client, Generation: shown, Now: now})
			for _, e := range events {
				g = Evolve(g, e)
			}
			switch given := g.Generation > before.Generation; {
			case given && (over || used[shown] || client != "c" || shown != before.Generation || g.Generation != shown+1):
				t.Fatalf("generation %d of %s was good after %+v", shown, client, before)
			case given:
				used[shown] = true
			case client == "c" && used[shown] && g.Revoked == "":
				t.Fatalf("generation %d came again and the grant stands: %v", shown, err)
			case client != "c" && (len(events) > 0 || !errors.Is(err, ErrForged)):
				t.Fatalf("another client caused %v, %v", events, err)
			case len(events) == 0 && err == nil:
				t.Fatalf("generation %d was neither good nor refused", shown)
			}
			over = over || g.Revoked != ""
		}
	})
}

// TestNothingRevivesAGrant: no command changes a grant that is over, whichever
// way and in whatever state it ended.
func TestNothingRevivesAGrant(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	b := Begun{ID: "g", User: "u", Client: "c", Scopes: []string{}, Offline: true, Expires: now.Add(time.Hour)}
	rapid.Check(t, func(t *rapid.T) {
		g := Grant{Revoked: ByReplay}
		if rapid.Bool().Draw(t, "begun") {
			g = Grant{Begun: b, Generation: rapid.Uint64Range(First, 9).Draw(t, "generation"), Revoked: ByUser}
		}
		c := rapid.SampledFrom([]Command{Begin{b}, Rotate{Client: "c", Generation: rapid.Uint64Range(0, 10).Draw(t, "shown"), Now: now},
			Revoke{ByAdmin}, Revoke{ByReuse}}).Draw(t, "command")
		if events, _ := Decide(g, c); len(events) > 0 || g.Stands(now) {
			t.Fatalf("%+v of %+v caused %v", c, g, events)
		}
	})
}
