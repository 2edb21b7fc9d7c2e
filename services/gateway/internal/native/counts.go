package native

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// countRoutes are about how many jobs there are.
func (d *door) countRoutes() []rest.Route {
	tags := []string{"jobs"}
	return []rest.Route{
		rest.Handle("GET /jobs/summary", who.Authenticated, rest.Doc{
			Title: "Count jobs by what they are", Tags: tags,
			Text:     "For each combination of the properties that are named with `by`, how many of the jobs there are that a list with the other parameters would show; the most first.",
			Response: jobsapi.Summary{Rows: []jobsapi.SummaryRow{{Values: []string{"running"}, Jobs: 12}}},
		}, d.summary),
		rest.Handle("GET /jobs/timeline", who.Authenticated, rest.Doc{
			Title: "Count jobs by time", Tags: tags, Text: "How many jobs came to their present state in each step of the time that ends now; steps without any are left out.",
			Response: Timeline{Grain: 900, Points: []jobsapi.Point{{At: exampleTime, State: jobsapi.Succeeded, Jobs: 7}}},
		}, d.timeline),
	}
}

type summaryRequest struct {
	By    []string `query:"by" default:"state" doc:"state, site, owner, group, name, job_group or job_type; repeatable"`
	State []string `query:"state" doc:"only jobs in one of these states"`
	Site  []string `query:"site" doc:"only jobs at one of these sites"`
	Name  []string `query:"name" doc:"only jobs with one of these names"`
	Group []string `query:"group" doc:"only jobs of one of these groups"`
	Tag   []string `query:"tag" doc:"only jobs that have all of these tags"`
	All   bool     `query:"all" doc:"everybody's jobs; for operators"`
	Owner []string `query:"owner" doc:"with all: only jobs of one of these users, by login name"`
}

func (d *door) summary(ctx context.Context, q summaryRequest) (jobsapi.Summary, error) {
	of, err := listRequest{State: q.State, Site: q.Site, Name: q.Name, Group: q.Group, Tag: q.Tag, All: q.All, Owner: q.Owner, Limit: 1}.question()
	if err != nil {
		return jobsapi.Summary{}, err
	}
	of.Limit = 0
	found, err := d.Backend.Jobs.Summary(ctx, jobsapi.SummaryRequest{By: q.By, Of: of})
	found.Rows = list(found.Rows)
	return found, err
}

// Timeline is how many jobs came to each state in each step of time.
type Timeline struct {
	Grain  int             `json:"grain" doc:"length of a step in seconds"`
	Points []jobsapi.Point `json:"points" doc:"oldest first"`
}

type timelineRequest struct {
	Span  time.Duration `query:"span" default:"24h" doc:"how far back, such as 90m or 48h; a year at most"`
	Grain time.Duration `query:"grain" default:"15m" doc:"the shortest step: whole quarters of an hour, longer for a long span"`
	All   bool          `query:"all" doc:"everybody's jobs; for operators"`
}

func (d *door) timeline(ctx context.Context, q timelineRequest) (Timeline, error) {
	found, err := d.Backend.Jobs.Timeline(ctx, jobsapi.TimelineRequest{All: q.All, Span: q.Span, Grain: q.Grain})
	return Timeline{Grain: int(found.Grain.Seconds()), Points: list(found.Points)}, err
}
