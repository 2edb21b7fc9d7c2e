package app

import (
	"context"
	"sync"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/match"
	"github.com/heddle-dev/heddle/services/jobs/internal/view"
)

// The bounds of one look at the queue.
const (
	maxClasses = 200 // of an account: kinds of jobs that a place can run
	minFront   = 16  // jobs of each that are looked at
)

// rank returns the jobs that the place can run, in the order in which it is to
// get them: at most n, and none that is claimed.
func (a *App) rank(ctx context.Context, p match.Place, claims map[id.ID]claim, n int) ([]match.Candidate, error) {
	classes, err := a.View.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	classes, demands := a.demands.fit(p, classes)
	taken := map[match.Account]int{}
	for _, c := range claims {
		taken[match.Account{Group: c.Group, Owner: c.Owner}]++
	}
	var waiting []match.Candidate
	for i, c := range classes {
		front, err := a.View.Front(ctx, c, min(n, max(minFront, 2*n/len(classes)))+taken[c.Account])
		if err != nil {
			return nil, err
		}
		for _, job := range front {
			if _, claimed := claims[job.ID]; !claimed {
				job.Demand = demands[i]
				waiting = append(waiting, job)
			}
		}
	}
	if len(waiting) == 0 {
		return nil, nil
	}
	shares, err := a.shares(ctx, claims)
	if err != nil {
		return nil, err
	}
	return match.Order(waiting, shares, n), nil
}

// shares are what everybody has used, with what was given away here and the
// view does not show yet.
func (a *App) shares(ctx context.Context, claims map[id.ID]claim) (match.Shares, error) {
	use, err := a.View.Use(ctx, a.Now(), a.HalfLife)
	s := match.Shares{Weights: a.Weights, MaxUser: a.MaxRunning, MaxGroup: a.MaxRunningGroup, Use: use}
	for _, c := range claims {
		s.Use = append(s.Use, match.Use{Account: match.Account{Group: c.Group, Owner: c.Owner}, Held: 1, Cores: c.Demand.Needs.Cores()})
	}
	return s, err
}

// demands remembers what the spellings of demands mean.
type demands struct {
	mu    sync.Mutex
	known map[string]match.Demand
}

const maxDemands = 20_000

// fit returns the classes whose jobs the place can run, with their demands.
func (d *demands) fit(p match.Place, all []view.Class) (classes []view.Class, meant []match.Demand) {
	of := map[match.Account]int{}
	for _, c := range all {
		demand, ok := d.parse(c.Demand)
		if !ok || of[c.Account] >= maxClasses || len(p.Refuses(demand)) > 0 {
			continue
		}
		of[c.Account]++
		classes, meant = append(classes, c), append(meant, demand)
	}
	return classes, meant
}

func (d *demands) parse(key string) (match.Demand, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if known, ok := d.known[key]; ok {
		return known, true
	}
	demand, err := match.ParseDemand(key)
	if err != nil {
		return demand, false // of a later version; it waits for that
	}
	if d.known == nil || len(d.known) >= maxDemands {
		d.known = map[string]match.Demand{}
	}
	d.known[key] = demand
	return demand, true
}
