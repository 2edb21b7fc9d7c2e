package view

import (
	"slices"
	"strings"

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
	Before uint64 // only jobs submitted before that position; 0: all
	Limit  int
	Offset int
}

// maxBranches bounds the alternatives that are read each by its own index
// range and then merged; a wilder query filters row by row.
const maxBranches = 64

// column is a condition on a column that an index begins with.
type column struct {
	name   string
	values []string
}

// plan says how the matching jobs are found: by the ranges of an index, one
// for each combination of its columns' values, and what is left to be checked
// on each row.
type plan struct {
	index   string
	columns []column
	rest    []column
}

// plan chooses the index. It is written out, and the index forced, since
// SQLite cannot know that a range read backwards until the page is full beats
// sorting all that match.
func (q Query) plan() plan {
	states := column{"state", texts(q.States)}
	owners, sites, names := column{"owner", q.Owners}, column{"site", q.Sites}, column{"name", q.Names}
	var p plan
	switch {
	case len(q.Names) > 0 && !q.destroyed():
		p = plan{index: "name", columns: []column{names}, rest: []column{sites, states}}
	case len(q.Sites) > 0:
		p = plan{index: "site", columns: []column{sites, states.orLive()}, rest: []column{names}}
	case len(q.States) > 0:
		p = plan{index: "state", columns: []column{states}, rest: []column{names}}
	}
	p.rest = append(p.rest, column{"grp", q.Groups})
	if len(q.Owners) > 0 {
		p.index = strings.TrimSuffix("jobs_owner_"+p.index, "_")
		p.columns = append([]column{owners}, p.columns...)
	} else {
		p.index = "jobs_" + p.index
	}
	if p.index == "jobs_" {
		p.index = "jobs_live"
	}
	return p
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

// branches is how many ranges the plan reads.
func (p plan) branches() int {
	n := 1
	for _, c := range p.columns {
		n *= len(c.values)
	}
	return n
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

// where adds the conditions that no index answers.
func (s *statement) where(q Query, rest []column) {
	for _, c := range rest {
		s.in(c)
	}
	for _, t := range q.Tags {
		s.add(" AND EXISTS (SELECT 1 FROM tags WHERE tags.owner = jobs.owner AND tag = ? AND tags.seq = jobs.seq)", t)
	}
	if !q.destroyed() {
		s.add(" AND state <> 'destroyed'")
	}
	if q.Before > 0 {
		s.add(" AND jobs.seq < ?", q.Before)
	}
}
