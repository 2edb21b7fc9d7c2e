package match

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func ids(cs []Candidate) []id.ID {
	out := []id.ID{}
	for _, c := range cs {
		out = append(out, c.ID)
	}
	return out
}

// of makes a job of an owner, who is in the group of that letter.
func of(n id.ID, owner string, priority int) Candidate {
	return Candidate{ID: n, Seq: uint64(n), Owner: owner, Group: owner[:1], Priority: priority}
}

func TestOrder(t *testing.T) {
	t.Parallel()
	waiting := []Candidate{of(1, "a1", 0), of(2, "a1", 5), of(3, "a1", 5), of(4, "a2", 0), of(5, "b1", 0), of(6, "b1", 9), of(3, "a1", 5)}
	used := func(account, n float64) []Use {
		return []Use{{Account: Account{"a", "a1"}, Used: account, Ended: n}}
	}
	for name, tc := range map[string]struct {
		shares Shares
		n      int
		want   []id.ID
	}{
		"by turns, in each line by priority and age": {Shares{}, 10, []id.ID{2, 6, 4, 5, 3, 1}},
		"no more than asked for":                     {Shares{}, 2, []id.ID{2, 6}},
		"nothing":                                    {Shares{}, 0, []id.ID{}},
		"who has used more comes later":              {Shares{Use: used(100, 1)}, 10, []id.ID{6, 4, 5, 2, 3, 1}},
		"a group of more weight gets more":           {Shares{Weights: map[string]float64{"a": 3}}, 4, []id.ID{2, 6, 4, 3}},
		"what runs counts too": {Shares{Use: []Use{{Account: Account{"a", "a2"}, Held: 1, Cores: 1}}}, 10,
			[]id.ID{6, 2, 5, 3, 4, 1}},
		"an owner at a limit gets nothing": {Shares{MaxUser: 1, Use: []Use{{Account: Account{"c", "a1"}, Held: 1, Cores: 1}}}, 10,
			[]id.ID{4, 6}},
		"a group at a limit gets nothing": {Shares{MaxGroup: 2}, 10, []id.ID{2, 6, 4, 5}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := ids(Order(waiting, tc.shares, tc.n)); !slices.Equal(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestTheOrderIsNotThatOfTheCandidates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var waiting []Candidate
		for i := range rapid.IntRange(0, 20).Draw(t, "n") {
			c := of(id.ID(i+1), rapid.SampledFrom([]string{"a1", "a2", "b1", "b2"}).Draw(t, "owner"), rapid.IntRange(0, 2).Draw(t, "priority"))
			c.Seq = uint64(rapid.IntRange(1, 5).Draw(t, "seq"))
			waiting = append(waiting, c)
		}
		s := Shares{Weights: map[string]float64{"a": 2}, MaxUser: rapid.IntRange(0, 3).Draw(t, "limit")}
		n := rapid.IntRange(0, 25).Draw(t, "most")
		want := ids(Order(waiting, s, n))
		shuffled := rapid.Permutation(waiting).Draw(t, "shuffled")
		before := ids(shuffled)
		if got := ids(Order(shuffled, s, n)); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
		if !slices.Equal(before, ids(shuffled)) {
			t.Fatal("the candidates were changed")
		}
	})
}

func TestTake(t *testing.T) {
	t.Parallel()
	needs := func(n id.ID, cores, size int) Candidate {
		return Candidate{ID: n, Size: size, Demand: Demand{Needs: jobsapi.Resources{CPUs: cores, Memory: int64(cores) << 20}}}
	}
	ordered := []Candidate{needs(1, 2, 80), needs(2, 8, 10), needs(3, 1, 10), needs(4, 1, 10)}
	place := Place{About: jobsapi.SiteReport{Capacity: jobsapi.Capacity{CPUs: 8, Memory: 8 << 20}}}
	room := func(cores int, memory int64) jobsapi.Capacity {
		return jobsapi.Capacity{Slots: 1, CPUs: cores, Memory: memory << 20}
	}
	for name, tc := range map[string]struct {
		offer Offer
		want  []id.ID
		kept  bool
	}{
		"only slots count":               {Offer{Free: 2, Bytes: 999}, []id.ID{1, 2}, false},
		"what does not fit is skipped":   {Offer{Free: 9, Bytes: 999, Room: room(4, 8)}, []id.ID{1, 3, 4}, false},
		"memory counts":                  {Offer{Free: 9, Bytes: 999, Room: room(8, 2)}, []id.ID{1}, false},
		"room is kept":                   {Offer{Free: 9, Bytes: 999, Room: room(4, 8), Keep: func(Candidate) bool { return true }}, []id.ID{1}, true},
		"no more than one answer holds":  {Offer{Free: 9, Bytes: 99, Room: room(4, 8)}, []id.ID{1, 3}, false},
		"one that is larger than that":   {Offer{Free: 9, Bytes: 1}, []id.ID{1}, false},
		"less than nothing is free":      {Offer{Free: -1, Bytes: 999}, []id.ID{}, false},
		"no accelerators and no cores":   {Offer{Free: 9, Bytes: 999, Room: room(0, 8)}, []id.ID{}, false},
		"a whole machine, for the large": {Offer{Free: 9, Bytes: 999, Room: room(10, 10)}, []id.ID{1, 2}, false},
	} {
		tc.offer.Place = place
		if got, kept := Take(tc.offer, ordered); !slices.Equal(ids(got), tc.want) || kept != tc.kept {
			t.Errorf("%s: got %v, %v; want %v", name, ids(got), kept, tc.want)
		}
	}
}

func TestDecay(t *testing.T) {
	t.Parallel()
	if Decay(time.Hour, time.Hour) != 0.5 || Decay(2*time.Hour, time.Hour) != 0.25 || Decay(0, time.Hour) != 1 || Decay(time.Hour, 0) != 1 {
		t.Error("half is not half")
	}
}
