package view

import (
	"context"
	"fmt"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// of are the columns of a table by what a summary can count by.
type of map[string]string

// counted by the table of counts, and by the jobs themselves.
var (
	byCounts = of{
		jobsapi.ByState: "t.state", jobsapi.BySite: "t.site", jobsapi.ByOwner: "(SELECT name FROM owners WHERE owners.owner = t.owner)",
	}
	byJobs = of{
		jobsapi.ByState: "t.state", jobsapi.BySite: "t.site", jobsapi.ByOwner: "(SELECT name FROM owners WHERE owners.owner = t.owner)",
		jobsapi.ByGroup: "t.grp", jobsapi.ByName: "t.name",
		jobsapi.ByJobGroup: "coalesce(t.brief ->> '$.job_group', '')", jobsapi.ByJobType: "coalesce(t.brief ->> '$.job_type', '')",
	}
)

// columns are those of what is counted by; ok is false if the table lacks one.
func (o of) columns(by []string) (columns []string, ok bool) {
	for _, b := range by {
		c, known := o[b]
		if !known {
			return nil, false
		}
		columns = append(columns, c)
	}
	return columns, true
}

// Summary counts the jobs of a query by what they are, most first, in at most
// n rows.
func (v *View) Summary(ctx context.Context, q Query, by []string, n int) ([]jobsapi.SummaryRow, error) {
	q.Before = 0
	s := &statement{}
	if columns, ok := byCounts.columns(by); ok && q.counted() {
		s.add("SELECT " + strings.Join(columns, ", ") + ", sum(n) AS jobs FROM counts t WHERE 1")
		s.alive(q)
	} else if columns, ok := byJobs.columns(by); ok {
		s.add("SELECT " + strings.Join(columns, ", ") + ", count(*) AS jobs FROM (")
		s.keys(q)
		s.add(") k CROSS JOIN jobs t ON t.seq = k.seq")
	} else {
		return nil, fmt.Errorf("view: cannot count by %q", by)
	}
	numbered := make([]string, len(by))
	for i := range by {
		numbered[i] = fmt.Sprint(i + 1)
	}
	group := strings.Join(numbered, ", ")
	s.add(" GROUP BY "+group+" ORDER BY jobs DESC, "+group+" LIMIT ?", n)
	rows, err := v.query(ctx, s.String(), s.args...)
	return scanEach(rows, err, func(scan func(...any) error) (jobsapi.SummaryRow, error) {
		r := jobsapi.SummaryRow{Values: make([]string, len(by))}
		into := make([]any, 0, len(by)+1)
		for i := range by {
			into = append(into, &r.Values[i])
		}
		return r, scan(append(into, &r.Jobs)...)
	})
}
