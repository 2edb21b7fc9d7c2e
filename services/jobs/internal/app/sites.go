package app

import (
	"context"
	"maps"
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

// heard puts a runner that spoke to this replica into the list at once.
func (r *recently) heard(one Runner) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at.IsZero() {
		return
	}
	rest := slices.DeleteFunc(slices.Clone(r.runners), func(other Runner) bool { return other.ID == one.ID })
	r.runners = append(rest, one)
}

// recentRunners is the list, which is not to be changed.
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
	// The same first, whatever the order that they are heard of.
	for _, r := range slices.SortedFunc(slices.Values(runners), func(a, b Runner) int { return strings.Compare(a.ID, b.ID) }) {
		sites[r.Site] = joined(sites[r.Site], r)
	}
	out := jobsapi.Sites{Sites: make([]jobsapi.Site, 0, len(sites))}
	for _, s := range sites {
		out.Sites = append(out.Sites, s)
	}
	slices.SortFunc(out.Sites, func(a, b jobsapi.Site) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// joined is the site with one more runner. Of what runners say differently,
// the first one's word counts.
func joined(s jobsapi.Site, r Runner) jobsapi.Site {
	s.Name = r.Site
	s.Runners++
	s.Slots += r.Slots
	if r.About == nil {
		return s
	}
	about := *r.About
	s.Capacity = sum(s.Capacity, about.Capacity)
	s.Queues = union(s.Queues, about.Queues, func(q jobsapi.Queue) string { return q.Name })
	s.Applications = union(s.Applications, about.Applications, func(i jobsapi.ApplicationInfo) string { return i.String() })
	s.Tags = union(s.Tags, about.Tags, strings.Clone)
	s.Limits = union(s.Limits, about.Limits, strings.Clone)
	properties := maps.Clone(about.Properties)
	if properties == nil {
		properties = s.Properties
	}
	maps.Copy(properties, s.Properties)
	s.Properties = properties
	return s
}

func sum(a, b jobsapi.Capacity) jobsapi.Capacity {
	return jobsapi.Capacity{
		Slots: a.Slots + b.Slots, CPUs: a.CPUs + b.CPUs, GPUs: a.GPUs + b.GPUs,
		Nodes: a.Nodes + b.Nodes, Memory: a.Memory + b.Memory,
	}
}

// union is the list and those of the others of which it has none.
func union[T any](list, others []T, name func(T) string) []T {
	list = slices.Clip(list)
	for _, o := range others {
		if !slices.ContainsFunc(list, func(x T) bool { return name(x) == name(o) }) {
			list = append(list, o)
		}
	}
	return list
}
