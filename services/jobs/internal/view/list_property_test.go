package view_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// populate makes jobs of every kind that a query can tell apart.
func populate(w *world, n int) {
	pick := func(i int, of ...string) string { return of[i%len(of)] }
	code := 0
	for i := range n {
		owner := pick(i, "a", "b", "c")
		j := id.ID(i + 1)
		s := job.Spec{Executable: "x", Name: pick(i/3, "n1", "n2", ""), Site: pick(i/2, "s1", "s2", ""), Group: pick(i/5, "g1", "g2")}
		for b, tag := range []string{"t1", "t2", "t3"} {
			if i>>b&1 == 1 {
				s.Tags = append(s.Tags, tag)
			}
		}
		if i%8 == 7 {
			s.Parent = &job.Parent{Job: id.ID(i - 6).String(), Index: i}
		}
		w.do(owner, j, submit(owner, j, s))
		if i%8 == 3 && len(s.Tags) > 0 {
			w.do(owner, j, job.SetTags{Tags: []string{"t3", "t4"}})
		}
		site := pick(i, "s1", "s2")
		story := []job.Command{
			job.Match{Runner: "r", Site: site}, job.Begin{Runner: "r", Epoch: 1},
			job.Finish{Runner: "r", Epoch: 1, Code: &code}, job.Destroy{},
		}
		w.do(owner, j, story[:(i/7)%(len(story)+1)]...)
	}
}

// matches is the meaning of a query, said plainly.
func matches(q view.Query, j jobsapi.Job) bool {
	in := func(list []string, v string) bool { return len(list) == 0 || slices.Contains(list, v) }
	place := j.Site
	if place == "" {
		place = j.Spec.Site
	}
	for _, t := range q.Tags {
		if !slices.Contains(j.Spec.Tags, t) {
			return false
		}
	}
	if parent := j.Spec.Parent; q.Parent == 0 && parent != nil || q.Parent != 0 && (parent == nil || parent.Job != id.ID(q.Parent).String()) {
		return false
	}
	if j.Submitted.Before(q.From) || !q.To.IsZero() && !j.Submitted.Before(q.To) || j.Updated.Before(q.Since) {
		return false
	}
	state := slices.Contains(q.States, j.State) || len(q.States) == 0 && j.State != job.Destroyed
	return state && in(q.Owners, j.Owner) && in(q.Sites, place) && in(q.Names, j.Spec.Name) && in(q.Groups, j.Group)
}

func some[T comparable](t *rapid.T, label string, of ...T) []T {
	if rapid.Bool().Draw(t, label+"?") {
		return nil
	}
	return rapid.SliceOfN(rapid.SampledFrom(of), 1, len(of)).Draw(t, label)
}

// moment is a time of the story, or none.
func moment(t *rapid.T, label string) time.Time {
	if rapid.IntRange(0, 3).Draw(t, label+"?") > 0 {
		return time.Time{}
	}
	return began.Add(time.Duration(rapid.IntRange(0, 600).Draw(t, label)) * time.Second)
}

// TestListMeansWhatItSays checks every way in which a list is read (each
// index, merged ranges, by tag, row by row) against a plain loop.
func TestListMeansWhatItSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const n = 160
	populate(w, n)
	v := w.open("")
	fresh(t, v)
	var all []jobsapi.Job
	for i := n; i > 0; i-- {
		j, ok, err := v.Get(t.Context(), id.ID(i))
		if !ok || err != nil {
			t.Fatal(ok, err)
		}
		all = append(all, j)
	}
	rapid.Check(t, func(t *rapid.T) {
		q := view.Query{
			Owners: some(t, "owners", "a", "b", "c", "nobody"), States: some(t, "states", jobsapi.States()...),
			Sites: some(t, "sites", "s1", "s2", "", "nowhere"), Names: some(t, "names", "n1", "n2", "", "noname"),
			Groups: some(t, "groups", "g1", "g2"), Tags: some(t, "tags", "t1", "t2", "t3", "t4"),
			Parent: int64(max(0, rapid.IntRange(-20, 20).Draw(t, "parent"))), From: moment(t, "from"), To: moment(t, "to"), Since: moment(t, "since"),
			Limit: rapid.IntRange(1, 40).Draw(t, "limit"), Offset: rapid.IntRange(0, 20).Draw(t, "offset"),
		}
		var want []id.ID
		for _, j := range all {
			if matches(q, j) {
				want = append(want, j.ID)
			}
		}
		total := len(want)
		want = want[min(q.Offset, total):]
		var got []id.ID
		for {
			page, err := v.List(w.Context(), q, true)
			if err != nil {
				t.Fatal(err)
			}
			if page.Total != total {
				t.Fatalf("total %d, want %d", page.Total, total)
			}
			for _, j := range page.Jobs {
				got = append(got, j.ID)
			}
			if page.Next == "" {
				break
			}
			if q, err = q.After(page.Next); err != nil {
				t.Fatal(err)
			}
			q.Offset = 0
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%+v\n got %v\nwant %v", q, got, want)
		}
	})
}

// TestRegrownFromAnywhereIsTheSame: one view follows the journal commit by
// commit, the other swallows it whole.
func TestRegrownFromAnywhereIsTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	followed := w.open("")
	for i := range 40 {
		n := id.ID(i + 1)
		spec := echo
		if i%4 == 0 {
			spec.Awaits, spec.NotBefore = []job.Dependency{{Job: id.ID(1).String()}}, began.Add(time.Hour)
			w.do("u", n, submit("u", n, spec), job.Unblock{From: job.Dependencies})
			fresh(t, followed)
			w.do("u", n, job.SetTags{Tags: []string{"x"}}, job.SetExpiry{At: began.Add(time.Hour), Now: began})
			if i%8 == 0 {
				continue
			}
			w.do("u", n, job.Unblock{From: job.TooEarly})
			continue
		}
		w.do("u", n, submit("u", n, spec))
		fresh(t, followed)
		for _, c := range []job.Command{job.Match{Runner: "r", Site: "x"}, job.Begin{Runner: "r", Epoch: 1}, job.Abort{}, job.Destroy{}}[:i%5] {
			w.do("u", n, c)
			fresh(t, followed)
		}
	}
	grown := w.open("")
	fresh(t, grown)
	if a, b := dump(t, followed), dump(t, grown); a != b {
		t.Errorf("followed:\n%s\ngrown at once:\n%s", a, b)
	}
}
