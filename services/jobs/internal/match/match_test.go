package match

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/pkg/id"
)

func ids(cs []Candidate) []id.ID {
	out := []id.ID{}
	for _, c := range cs {
		out = append(out, c.ID)
	}
	return out
}

func TestPick(t *testing.T) {
	t.Parallel()
	waiting := []Candidate{
		{ID: 1, Seq: 1, Site: "here"}, {ID: 2, Seq: 2}, {ID: 3, Seq: 3, Site: "there", Priority: 9},
		{ID: 4, Seq: 4, Priority: 5, Size: 80}, {ID: 5, Seq: 5, Site: "here", Priority: 5, Size: 20}, {ID: 2, Seq: 2},
	}
	for name, tc := range map[string]struct {
		offer Offer
		want  []id.ID
	}{
		"priority first, then age":     {Offer{"here", 10, 100}, []id.ID{4, 5, 1, 2}},
		"no more than are free":        {Offer{"here", 2, 100}, []id.ID{4, 5}},
		"its own site or none":         {Offer{"there", 10, 100}, []id.ID{3, 4, 2}},
		"an unknown site gets the any": {Offer{"elsewhere", 10, 100}, []id.ID{4, 2}},
		"nothing is free":              {Offer{"here", 0, 100}, []id.ID{}},
		"no more than there is room":   {Offer{"here", 10, 99}, []id.ID{4}},
		"one for which there is none":  {Offer{"here", 10, 1}, []id.ID{4}},
		"less than nothing is free":    {Offer{"here", -1, 100}, []id.ID{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ids(Pick(tc.offer, waiting)); !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestPickDoesNotDependOnTheOrderOfCandidates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "n")
		var waiting []Candidate
		for i := range n {
			waiting = append(waiting, Candidate{
				ID: id.ID(i + 1), Seq: uint64(rapid.IntRange(1, 5).Draw(t, "seq")), Priority: rapid.IntRange(0, 2).Draw(t, "priority"),
				Site: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "site"),
			})
		}
		o := Offer{Site: "a", Room: 1, Free: rapid.IntRange(0, 25).Draw(t, "free")}
		want := ids(Pick(o, waiting))
		shuffled := rapid.Permutation(waiting).Draw(t, "shuffled")
		before := slices.Clone(shuffled)
		if got := ids(Pick(o, shuffled)); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		if !slices.Equal(before, shuffled) {
			t.Fatal("the candidates were changed")
		}
	})
}
