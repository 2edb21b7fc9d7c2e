package view

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Query asks for jobs, newest first. Lists mean "one of", an empty list means
// any; Tags must all be there.
type Query struct {
	Owners []string // user ids
	States []jobsapi.State
	Sites  []string
	Names  []string
	Groups []string
	Tags   []string
	VO     string    // only jobs that were submitted for it; empty: whatever for
	Parent int64     // only the children of that job; 0: only jobs that are no children
	From   time.Time // submitted then or later; zero: whenever
	To     time.Time // submitted before
	Since  time.Time // changed then or later
	Before uint64    // only jobs submitted before that position; 0: all
	Limit  int
	Offset int
}

// maxRanges bounds the ranges that a query merges. SQLite takes 32,766 values,
// and each range may come with three other lists of 200.
const maxRanges = 48

// column is a condition on a column: one of these values.
type column struct {
	name   string
	values []string
}

// oneOf names each value once: a range that is read twice shows its jobs twice.
func oneOf(name string, values []string) column {
	values = slices.Clone(values)
	slices.Sort(values)
	return column{name, slices.Compact(values)}
}

// plan is the columns of an index, in its order and after which it is named.
// The matching jobs are found by merging its ranges, one for each combination
// of values, each read backwards until the page is full. What else is asked is
// checked on each row. The index is forced, since SQLite cannot know that this
// beats sorting all that match.
type plan []column

// plan takes the first of the paths that does not read too many ranges.
func (q Query) plan() plan {
	if q.Parent != 0 {
		return plan{{"parent", []string{strconv.FormatInt(q.Parent, 10)}}}
	}
	paths := q.paths()
	for _, p := range paths {
		if p = append(plan{oneOf("owner", q.Owners)}, p...); p.fits() {
			return p
		}
	}
	for _, p := range paths {
		if p.fits() {
			return p
		}
	}
	panic("view: a query has no plan") // the last path has as many ranges as there are states
}

// paths are the ways to the jobs, those of an owner or all, that the indexes
// offer. A group comes late: most people have one, and all their jobs are in it.
func (q Query) paths() []plan {
	states := oneOf("state", texts(q.States))
	live := states.orLive()
	paths := []plan{{oneOf("site", q.Sites), live}, {states}, {live}}
	if !q.destroyed() { // these indexes are without
		paths = slices.Insert(paths, 2, plan{oneOf("grp", q.Groups)})
		paths = slices.Insert(paths, 0, plan{oneOf("name", q.Names)})
	}
	return paths
}

// fits tells whether every column has values, and not too many.
func (p plan) fits() bool {
	n := 1
	for _, c := range p {
		n *= len(c.values)
	}
	return 0 < n && n <= maxRanges
}

func (p plan) index() string {
	name := "jobs"
	for _, c := range p {
		name += "_" + c.name
	}
	return name
}

func (p plan) has(name string) bool {
	return slices.ContainsFunc(p, func(c column) bool { return c.name == name })
}

// destroyed reports whether destroyed jobs were asked for too.
func (q Query) destroyed() bool { return slices.Contains(q.States, jobsapi.Destroyed) }

func texts(states []jobsapi.State) []string {
	out := make([]string, len(states))
	for i, s := range states {
		out[i] = string(s)
	}
	return out
}

// orLive names all states that lists show by default, where none is given.
func (c column) orLive() column {
	if len(c.values) == 0 {
		for _, s := range jobsapi.States() {
			if s != jobsapi.Destroyed {
				c.values = append(c.values, string(s))
			}
		}
	}
	return c
}

// statement is SQL under construction.
type statement struct {
	strings.Builder
	args []any
}

func (s *statement) add(sql string, args ...any) {
	s.WriteString(sql)
	s.args = append(s.args, args...)
}

func (s *statement) in(c column) {
	if len(c.values) == 0 {
		return
	}
	s.add(" AND " + c.name + " IN (?" + strings.Repeat(", ?", len(c.values)-1) + ")")
	for _, v := range c.values {
		s.args = append(s.args, v)
	}
}

// where adds the conditions that the plan's index does not answer.
func (s *statement) where(q Query, p plan) {
	for _, c := range q.conditions() {
		if !p.has(c.name) {
			s.in(column{"jobs." + c.name, c.values})
		}
	}
	for _, t := range q.Tags {
		s.add(" AND EXISTS (SELECT 1 FROM tags WHERE tags.owner = jobs.owner AND tag = ? AND tags.seq = jobs.seq)", t)
	}
	if q.VO != "" { // asked by few, so that no column is worth it
		s.add(" AND jobs.head ->> '$.vo' = ?", q.VO)
	}
	if !q.destroyed() {
		s.add(" AND state <> 'destroyed'")
	}
	if q.Before > 0 {
		s.add(" AND jobs.seq < ?", q.Before)
	}
	if q.Parent == 0 {
		s.add(" AND parent = 0")
	} else {
		s.add(" AND parent <> 0")
	}
	s.times(q)
}

// skew bounds how far the clocks of replicas may differ: what was submitted
// later by the clock is, beyond it, later in the journal too.
const skew = time.Minute

// times adds the conditions on times. The positions bound what is read.
func (s *statement) times(q Query) {
	if !q.From.IsZero() {
		s.add(" AND submitted >= ? AND jobs.seq > coalesce((SELECT b.seq FROM jobs b INDEXED BY jobs_submitted WHERE b.submitted < ? ORDER BY b.submitted DESC LIMIT 1), 0)",
			q.From.UnixNano(), q.From.Add(-skew).UnixNano())
	}
	if !q.To.IsZero() {
		s.add(" AND submitted < ? AND jobs.seq < coalesce((SELECT b.seq FROM jobs b INDEXED BY jobs_submitted WHERE b.submitted > ? ORDER BY b.submitted LIMIT 1), 9e18)",
			q.To.UnixNano(), q.To.Add(skew).UnixNano())
	}
	if !q.Since.IsZero() {
		s.add(" AND updated >= ?", q.Since.UnixNano())
	}
}

// conditions are all the lists of the query but the tags.
func (q Query) conditions() []column {
	return []column{{"owner", q.Owners}, oneOf("state", texts(q.States)), {"site", q.Sites}, {"name", q.Names}, {"grp", q.Groups}}
}
