package app

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// recently keeps the list of runners for a moment: sites are asked for far
// more often than runners come and go.
type recently struct {
	mu      sync.Mutex
	at      time.Time
	runners []Runner
}

// fresh is how old the list may be.
const fresh = time.Second

func (a *App) recentRunners(ctx context.Context) ([]Runner, error) {
	r := &a.recently
	r.mu.Lock()
	defer r.mu.Unlock()
	if now := a.Now(); r.at.IsZero() || now.Sub(r.at) > fresh || now.Before(r.at) {
		bounded, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		runners, err := a.Leases.All(bounded)
		if err != nil {
			return nil, err
		}
		r.at, r.runners = now, runners
	}
	return r.runners, nil
}

// Sites lists the sites of the configuration and of the runners.
func (a *App) Sites(ctx context.Context, _ jobsapi.Empty) (jobsapi.Sites, error) {
	runners, err := a.recentRunners(ctx)
	if err != nil {
		return jobsapi.Sites{}, faultOf(ctx, err)
	}
	sites := map[string]jobsapi.Site{}
	for _, name := range a.Config.Sites {
		sites[name] = jobsapi.Site{Name: name}
	}
	for _, r := range runners {
		s := sites[r.Site]
		sites[r.Site] = jobsapi.Site{Name: r.Site, Runners: s.Runners + 1, Slots: s.Slots + r.Slots}
	}
	out := jobsapi.Sites{Sites: make([]jobsapi.Site, 0, len(sites))}
	for _, s := range sites {
		out.Sites = append(out.Sites, s)
	}
	slices.SortFunc(out.Sites, func(a, b jobsapi.Site) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}
