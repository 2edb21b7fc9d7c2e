package key

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var (
	plan  = Plan{Lifetime: 30 * 24 * time.Hour, Notice: time.Hour, Overlap: 25 * time.Hour}
	start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
)

// after are hours after the start.
func after(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }

func waitingKey(id string, announced int) Dated {
	return Dated{Key: Key{ID: id, Use: Access, Stage: Waiting}, Announced: after(announced)}
}

func signingKey(id string, announced, activated int) Dated {
	return Dated{Key: Key{ID: id, Use: Access, Stage: Signing}, Announced: after(announced), Activated: after(activated)}
}

func TestWhatIsDue(t *testing.T) {
	t.Parallel()
	other := signingKey("other", 0, 0)
	other.Use = ID
	over := Dated{Key: Key{ID: "over", Use: Access, Stage: Over}}
	a, b := signingKey("a", 0, 0), signingKey("b", 720, 721)
	for name, c := range map[string]struct {
		keys []Dated
		lost string
		at   int
		want Steps
	}{
		"none":                        {nil, "", 0, Steps{Announce: true}},
		"of another use":              {[]Dated{other}, "", 0, Steps{Announce: true}},
		"over":                        {[]Dated{over}, "", 0, Steps{Announce: true}},
		"one":                         {[]Dated{a, other, over}, "", 719, Steps{Next: after(720)}},
		"its month is over":           {[]Dated{a}, "", 720, Steps{Announce: true}},
		"the next is announced":       {[]Dated{a, waitingKey("b", 720)}, "", 720, Steps{Next: after(721)}},
		"the notice is over":          {[]Dated{a, waitingKey("b", 720)}, "", 721, Steps{Activate: []string{"b"}}},
		"both sign":                   {[]Dated{a, b}, "", 745, Steps{Next: after(746)}},
		"the overlap is over":         {[]Dated{a, b}, "", 746, Steps{Retire: []string{"a"}, Next: after(1440)}},
		"slept through it":            {[]Dated{a, b}, "", 9000, Steps{Announce: true, Retire: []string{"a"}}},
		"none signs, one waits":       {[]Dated{waitingKey("b", 0)}, "", 0, Steps{Activate: []string{"b"}}},
		"activated out of order":      {[]Dated{signingKey("a", 0, 9), signingKey("b", 1, 2)}, "", 34, Steps{Retire: []string{"b"}, Next: after(720)}},
		"the private half is lost":    {[]Dated{a}, "a", 1, Steps{Announce: true}},
		"the newer one's is lost":     {[]Dated{a, b}, "b", 722, Steps{Announce: true}},
		"that of the waiting is lost": {[]Dated{a, waitingKey("b", 1)}, "b", 2, Steps{Next: after(720)}},
	} {
		usable := func(id string) bool { return id != c.lost }
		if got := plan.Due(c.keys, Access, usable, after(c.at)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// TestKeysTakeTurns wakes whenever the plan says, or earlier, or late. There
// is always one that signs; each is known for the notice before it does, and
// good for the overlap after it no longer does.
func TestKeysTakeTurns(t *testing.T) {
	t.Parallel()
	all := func(string) bool { return true }
	rapid.Check(t, func(t *rapid.T) {
		var keys []Dated
		now, made := start, 0
		for range rapid.IntRange(10, 60).Draw(t, "wakes") {
			var s Steps
			for range 5 { // until nothing is left to do
				s = plan.Due(keys, Access, all, now)
				keys, made = act(keys, s, now, made)
			}
			if !s.Next.After(now) {
				t.Fatalf("at %v the plan has no next step: %+v", now, s)
			}
			signing := Staged(keys, Signing)
			if len(signing) == 0 || len(Staged(keys, Waiting)) > 1 {
				t.Fatalf("at %v: %+v", now, keys)
			}
			now = s.Next.Add(time.Duration(rapid.IntRange(-60, 60*48).Draw(t, "late")) * time.Minute)
		}
		for i, k := range keys {
			if i > 0 && k.Stage != Waiting && k.Activated.Sub(k.Announced) < plan.Notice {
				t.Errorf("%+v signed without notice", k)
			}
			if k.Stage == Over && k.Retired.Sub(keys[i+1].Activated) < plan.Overlap {
				t.Errorf("%+v ended before its tokens", k)
			}
		}
	})
}

// act does the steps.
func act(keys []Dated, s Steps, now time.Time, made int) ([]Dated, int) {
	if s.Announce {
		made++
		k := Dated{}.After(Announced{ID: fmt.Sprint("k", made), Use: Access}, now)
		if len(Staged(keys, Signing)) == 0 {
			k = k.After(Activated{}, now)
		}
		keys = append(keys, k)
	}
	for i, k := range keys {
		for _, id := range s.Activate {
			if k.ID == id {
				keys[i] = k.After(Activated{}, now)
			}
		}
		for _, id := range s.Retire {
			if k.ID == id {
				keys[i] = k.After(Retired{}, now)
			}
		}
	}
	return keys, made
}
