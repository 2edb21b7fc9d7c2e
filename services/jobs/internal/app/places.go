package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/match"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// placeOf is the runner as it reported itself, without Key.
func placeOf(r Runner) match.Place {
	p := match.Place{Runner: r.ID, Site: r.Site}
	if r.About != nil {
		p.About = *r.About
	}
	return p
}

// keyOf tells places apart that do not get the same jobs.
func keyOf(r Runner) string {
	if r.About == nil {
		return r.Site
	}
	about, _ := json.Marshal(r.About) // it came as JSON
	return r.Site + string(about)
}

// place is the runner that makes an offer, or the allocation for which it
// does; false if it has no such allocation, as far as is known here. A runner
// that nobody has heard of offers what it says now.
func (a *App) place(ctx context.Context, r jobsapi.OfferRequest) (p match.Place, ok bool, err error) {
	runners, err := a.recentRunners(ctx)
	if err != nil {
		return p, false, err
	}
	one := Runner{ID: r.Runner, Site: r.Site, About: &jobsapi.SiteReport{Tags: r.Tags}}
	if i := slices.IndexFunc(runners, func(k Runner) bool { return k.ID == r.Runner && k.Site == r.Site && k.About != nil }); i >= 0 {
		one = runners[i]
	}
	p = placeOf(one)
	p.Key = keyOf(one)
	if r.Within == "" {
		return p, true, nil
	}
	held, err := a.View.Allocations(ctx, r.Runner)
	ok = slices.ContainsFunc(held, func(n id.ID) bool { return n.String() == r.Within })
	return inside(p, r), ok, err
}

// inside is the place of an allocation that the runner of the place has.
func inside(p match.Place, r jobsapi.OfferRequest) match.Place {
	p.About.Capacity, p.Within = r.Whole, r.Within
	p.Key += " " + r.Within    // its size never changes
	p.Runner += " " + r.Within // room that is kept outside is not kept here
	return p
}

// hopeless says why no site can ever run a job with the demand, as fields and
// in words; nothing if one can, or if one may that has not told yet what it
// can do.
func (a *App) hopeless(ctx context.Context, d match.Demand) ([]job.Problem, error) {
	runners, err := a.recentRunners(ctx)
	if err != nil {
		return nil, err
	}
	d.Within = "" // it waits for its allocation as long as that is there
	told := map[string]bool{}
	var problems []job.Problem
	for _, r := range runners {
		if r.About == nil || len(r.About.Queues) == 0 {
			continue
		}
		told[r.Site] = true
		found := placeOf(r).Refuses(d)
		if len(found) == 0 {
			return nil, nil
		}
		if !slices.ContainsFunc(found, func(p job.Problem) bool { return p.Field == "site" }) || len(d.Sites) == 0 {
			problems = append(problems, found...)
		}
	}
	meant := d.Sites
	if len(meant) == 0 {
		meant = append(slices.Clone(a.Config.Sites), sitesOf(runners)...)
	}
	for _, site := range meant {
		if !told[site] && !slices.Contains(d.Banned, site) {
			return nil, nil
		}
	}
	return distinct(problems), nil
}

func sitesOf(runners []Runner) []string {
	var sites []string
	for _, r := range runners {
		sites = append(sites, r.Site)
	}
	return sites
}

// distinct keeps one problem of each field and words.
func distinct(problems []job.Problem) []job.Problem {
	var out []job.Problem
	for _, p := range problems {
		if !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// words tell problems to people.
func words(problems []job.Problem) string {
	var all []string
	for _, p := range problems {
		all = append(all, p.Field+": "+p.Message)
	}
	return strings.Join(all, "; ")
}

// noSite is the reason of a job that fails because nobody can run it.
func noSite(problems []job.Problem) string {
	return shorten(fmt.Sprintf("No site can run the job: %s.", words(problems)))
}
