package app

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Runner is a runner as it was last heard of.
type Runner struct {
	ID    string    `json:"id"`
	Site  string    `json:"site"`
	Slots int       `json:"slots"`
	Seen  time.Time `json:"seen"`
	// About is what it says of its site; nil in a beat, and where nobody knows.
	About *jobsapi.SiteReport `json:"about,omitempty"`
	// Holds are the jobs that it held in its last beat, if there was one: Said.
	Holds []jobsapi.Lease `json:"holds,omitempty"`
	Said  bool            `json:"said,omitempty"`
}

// Leases are the runners heard of within the lease, by whatever replica.
type Leases interface {
	// Put renews a lease and returns it as it is now. One without About keeps
	// the one it had.
	Put(context.Context, Runner) (Runner, error)
	All(context.Context) ([]Runner, error)
}

// Register announces a runner and says what it is thought to hold: also what
// an offer of its predecessor got, if that stood here.
func (a *App) Register(ctx context.Context, r jobsapi.RegisterRequest) (jobsapi.Held, error) {
	if err := checkRunner(r.Runner, r.Site); err != nil {
		return jobsapi.Held{}, err
	}
	if b, err := json.Marshal(r.About); err != nil || len(b) > jobsapi.MaxReport {
		return jobsapi.Held{}, invalid("about", "has %d bytes; at most %d are allowed", len(b), jobsapi.MaxReport)
	}
	a.endOffers(ctx, r.Runner)
	held, _, err := a.alive(ctx, Runner{ID: r.Runner, Site: r.Site, Slots: r.Slots, About: &r.About})
	if err != nil {
		return jobsapi.Held{}, err
	}
	out := jobsapi.Held{Jobs: make([]jobsapi.Holding, 0, len(held)), Lease: a.Lease}
	for _, j := range held {
		out.Jobs = append(out.Jobs, jobsapi.Holding{Lease: jobsapi.Lease{ID: j.ID, Owner: j.Owner, Epoch: j.Epoch}, State: j.State, Limits: j.Spec.Limits, Kind: j.Spec.Kind, Within: j.Spec.Within})
	}
	return out, nil
}

func (a *App) endOffers(ctx context.Context, runner string) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	a.offers.end(ctx, runner)
}

// Beat takes a sign of life and answers with what the runner must stop.
func (a *App) Beat(ctx context.Context, r jobsapi.BeatRequest) (jobsapi.Orders, error) {
	if err := checkRunner(r.Runner, r.Site); err != nil {
		return jobsapi.Orders{}, err
	}
	held, known, err := a.alive(ctx, Runner{ID: r.Runner, Site: r.Site, Slots: r.Slots, Holds: r.Jobs, Said: true})
	if err != nil {
		return jobsapi.Orders{}, err
	}
	out := jobsapi.Orders{Stop: []jobsapi.Lease{}, Register: !known}
	for _, l := range r.Jobs {
		i := slices.IndexFunc(held, func(j jobsapi.Job) bool { return j.ID == l.ID && j.Epoch == l.Epoch })
		if i < 0 || held[i].Aborting {
			out.Stop = append(out.Stop, l)
		}
	}
	out.Account = a.takeBack(ctx, r, held)
	return out, nil
}

// alive renews the lease and returns what the runner is thought to hold, and
// whether it is known what it says of its site. The lease comes first: a reaper
// that looks after this finds it.
func (a *App) alive(ctx context.Context, r Runner) (held []jobsapi.Job, known bool, err error) {
	r.Seen = a.Now().UTC()
	bounded, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	if r, err = a.Leases.Put(bounded, r); err != nil {
		return nil, false, faultOf(ctx, err)
	}
	a.recently.heard(r)
	if err := a.View.Fresh(ctx); err != nil {
		return nil, false, err
	}
	held, err = a.View.Held(ctx, r.ID)
	return held, r.About != nil, readFault(ctx, err)
}

// takeBack requeues jobs that were given to a runner which does not know of
// them: the answer to its offer was lost. Those given just now may still be
// on their way. begun says that some of them came with leave to start: only
// the runner knows that it did not.
func (a *App) takeBack(ctx context.Context, r jobsapi.BeatRequest, held []jobsapi.Job) (begun bool) {
	before := a.Now().Add(-a.Lease / 3)
	for _, j := range held {
		known := slices.ContainsFunc(r.Jobs, func(l jobsapi.Lease) bool { return l.ID == j.ID && l.Epoch == j.Epoch })
		if known || j.Updated.After(before) {
			continue
		}
		if j.State != job.Matched {
			begun = true
			continue
		}
		// An error leaves it to the next beat.
		_, _ = a.handle(ctx, j.Owner, j.ID, "", a.Now(), job.Release{
			Runner: r.Runner, Epoch: j.Epoch, Reason: "The runner never heard of the job.",
		})
	}
	return begun
}

func checkRunner(runner, site string) error {
	if err := checkToken("runner", runner); err != nil {
		return err
	}
	if site == "" || len(site) > 256 {
		return invalid("site", "must have 1 to 256 bytes")
	}
	return nil
}

func checkToken(field, v string) error {
	if !token(v) {
		return invalid(field, "must be 1 to 64 of a-z, 0-9, _ and -")
	}
	return nil
}

// token reports whether v may stand between the dots of a subject.
func token(v string) bool {
	return v != "" && len(v) <= 64 && !strings.ContainsFunc(v, func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r == '_' || r == '-')
	})
}
