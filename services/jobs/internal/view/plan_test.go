package view

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// queries are all combinations of conditions, each of them not there, of one
// or some values, and of more than are worth a range each.
func queries() (all []Query) {
	many := make([]string, 200)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	values := [][]string{nil, many[:3], many}
	states := [][]jobsapi.State{nil, {job.Failed}, {job.Queued, job.Running}, {job.Succeeded, job.Destroyed}, slices.Repeat(jobsapi.States(), 10)}
	all = append(all, Query{Owners: many, Sites: many, Names: many[:maxRanges], Groups: many}) // as long as it gets
	for _, tags := range [][]string{nil, {"a"}, {"a", "b"}} {
		for _, owners := range append(values, many[:1]) {
			for _, state := range states {
				for _, sites := range values {
					for _, names := range values {
						for _, groups := range values {
							all = append(all, Query{Owners: owners, States: state, Sites: sites, Names: names, Groups: groups,
								Tags: tags, Before: uint64(len(all) % 2), Limit: 20})
						}
					}
				}
			}
		}
	}
	for _, q := range []Query{
		{Parent: 7}, {Parent: 7, Tags: []string{"a"}, Owners: many}, {From: time.Unix(1, 0), To: time.Unix(2, 0), Since: time.Unix(1, 0), Owners: many[:1]},
		{From: time.Unix(1, 0), Tags: []string{"a"}},
	} {
		q.Limit = 20
		all = append(all, q)
	}
	return all
}

// explain is how SQLite goes about a statement.
func explain(v *View, s *statement) ([]string, error) {
	rows, err := v.DB().Query("EXPLAIN QUERY PLAN "+s.String(), s.args...)
	return scanEach(rows, err, func(scan func(...any) error) (detail string, err error) {
		var id, parent, unused int
		err = scan(&id, &parent, &unused, &detail)
		return detail, err
	})
}

// slow is a walk through a whole table, or a sort of all that matches. counts
// is small, and what other statements yield is not a table.
var slow = regexp.MustCompile(`^SCAN (jobs|tags|owners)\b|TEMP B-TREE`)

// TestEveryListUsesAnIndex: however conditions, pages and totals are
// combined, nothing is scanned and nothing sorted.
func TestEveryListUsesAnIndex(t *testing.T) {
	t.Parallel()
	v, err := Open(filepath.Join(t.TempDir(), "jobs.db"), esmem.New(), time.Hour, logx.Discard(), Heard{Queued: func([]Queued) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for _, q := range queries() {
		for _, s := range []*statement{q.page(), q.count()} {
			plan, err := explain(v, s)
			if err != nil {
				t.Fatalf("%+v: %v", q, err)
			}
			for _, step := range plan {
				if slow.MatchString(step) {
					t.Errorf("%+v: %s", q, step)
				}
			}
		}
	}
}

// TestJobsAreFoundAmongOthersByIndex: what is asked for each few jobs that
// move does not walk through all jobs.
func TestJobsAreFoundAmongOthersByIndex(t *testing.T) {
	t.Parallel()
	v, err := Open(filepath.Join(t.TempDir(), "jobs.db"), esmem.New(), time.Hour, logx.Discard(), Heard{Queued: func([]Queued) {}})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	for _, query := range []string{whole, waiters, parents, senders, homeless} {
		rows, err := v.DB().Query("EXPLAIN QUERY PLAN "+query, slices.Repeat([]any{"[1,2]"}, strings.Count(query, "?"))...)
		plan, err := scanEach(rows, err, func(scan func(...any) error) (detail string, err error) {
			var id, parent, unused int
			err = scan(&id, &parent, &unused, &detail)
			return detail, err
		})
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		for _, step := range plan {
			if regexp.MustCompile(`^SCAN (jobs|awaits)\b`).MatchString(step) {
				t.Errorf("%s: %s", query, step)
			}
		}
	}
}
