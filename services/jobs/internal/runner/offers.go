package runner

import (
	"context"
	"reflect"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// An offer is short, so that a replica of the service that dies with it keeps
// the slots from jobs no longer than this.
const (
	offerWait = 2 * time.Second
	offerLife = offerWait + 1500*time.Millisecond // with the way there and back
)

// place is what is offered by itself: the machine, or an allocation on it.
type place struct {
	*holds
	within string // the allocation's id; empty: it is the machine
	// take takes a job in. It outlives the offers of the place.
	take func(jobsapi.Assignment)
}

// offers offers free slots of a place, one call at a time, until ctx ends.
// Slots that become free while a call is under way go into the next one.
func (a *Agent) offers(ctx context.Context, p place) {
	wait := a.newPause()
	// When the last offer of an earlier agent of this name is over for sure,
	// we ask what it got after we had registered: nobody has heard of that.
	over, asked := a.dep.Now().Add(offerLife), false
	for {
		free, ok := p.awaitFree(ctx)
		switch {
		case !ok || !a.resolve(ctx, p, wait):
			return
		case free.Slots == 0:
			continue
		case !a.fit(ctx):
			return
		}
		switch err := a.offer(ctx, p, free); {
		case ctx.Err() != nil:
			return
		case err != nil:
			a.dep.Log.WarnContext(ctx, "an offer failed", "err", err)
			if !wait.after(ctx) {
				return
			}
			p.question()
		case !asked && !a.dep.Now().Before(over):
			p.question()
			asked = true
		default:
			wait.reset()
		}
	}
}

// resolve asks, if there is doubt, what the service thinks is held in a place;
// no offer of it is under way then that could still bring some of it. false if ctx
// ended.
func (a *Agent) resolve(ctx context.Context, p place, wait pause) bool {
	for p.doubted() {
		p.answered() // a doubt that comes from now on is another
		if a.disclaim(ctx, p) {
			break
		}
		p.question()
		if !wait.after(ctx) {
			return false
		}
	}
	return ctx.Err() == nil
}

// offer makes one offer and takes what it brings. Who wanted a job stopped
// meanwhile could not be heard: the job was not known here yet.
func (a *Agent) offer(ctx context.Context, p place, free room) error {
	woken := a.woken.Load()
	got, err := a.callOffer(ctx, p, free)
	for _, as := range got.Jobs {
		if ctx.Err() != nil {
			h := &hold{Assignment: as}
			a.work.Go(func() { a.release(h, "its runner, or its allocation, was ending") })
			continue
		}
		p.take(as)
	}
	if a.woken.Load() != woken {
		select {
		case a.rebeat <- struct{}{}:
		default:
		}
	}
	return err
}

// fit waits until the site seems able to start jobs; false if ctx ended. A
// site that has failed is asked, so that jobs do not use up their tries in
// finding out.
func (a *Agent) fit(ctx context.Context) bool {
	for a.trouble.wait(ctx) {
		if !a.trouble.due() {
			return true
		}
		err := a.dep.Executor.Fit()
		if err == nil {
			return true
		}
		a.dep.Log.Error("the site can start no jobs at present", "err", err)
		a.trouble.grow()
	}
	return false
}

// callOffer makes one offer. It is not given up when the agent ends: its
// answer may have jobs in it that nobody else would hear of for a while.
func (a *Agent) callOffer(ctx context.Context, p place, free room) (jobsapi.Assignments, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), offerLife)
	defer cancel()
	r := jobsapi.OfferRequest{Runner: a.cfg.Runner, Site: a.cfg.Site,
		Free: free.Slots, Begin: free.begin, Room: free.Capacity, Tags: a.dep.Place.Report().Tags, Wait: offerWait}
	if p.within != "" {
		r.Within, r.Whole = p.within, p.whole()
	}
	return a.dep.Dispatch.Offer(ctx, r)
}

// disclaim gives back what is thought to be held in a place and is not: the
// answer to an offer may have been lost on its way, with jobs in it. What has
// ended here and was reported, meanwhile perhaps, is not given back by that.
// It returns whether the service could be asked.
func (a *Agent) disclaim(ctx context.Context, p place) bool {
	held, err := a.callRegister(ctx)
	if err != nil {
		return false
	}
	for _, job := range held.Jobs {
		h := a.known(job)
		if a.concerns(p, job) && a.all.get(h.key()) == nil {
			a.work.Go(func() { a.release(h, "its runner never heard of it") })
		}
	}
	return true
}

// beats gives signs of life until ctx ends: four in the time of a lease, and
// at once when woken.
func (a *Agent) beats(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.dep.Wake:
			a.woken.Add(1)
		case <-a.rebeat:
		case <-timer.C:
		}
		next := time.Duration(a.lease.Load()) / 4
		a.retell(ctx, false)
		if !a.beat(ctx) {
			next = min(next, 10*a.cfg.Pause)
		}
		timer.Reset(next)
	}
}

// beat says what is held and stops what the service wants stopped.
func (a *Agent) beat(ctx context.Context) bool {
	call, cancel := context.WithTimeout(ctx, a.cfg.Call)
	defer cancel()
	orders, err := a.dep.Dispatch.Beat(call, jobsapi.BeatRequest{Runner: a.cfg.Runner, Site: a.cfg.Site,
		Slots: a.cfg.Slots, Jobs: a.all.leases()})
	if err != nil {
		if ctx.Err() == nil {
			a.dep.Log.WarnContext(ctx, "a beat failed", "err", err)
		}
		return false
	}
	a.retell(ctx, orders.Register)
	if orders.Account {
		a.holds.question()
		a.inside.question()
	}
	for _, l := range orders.Stop {
		if h := a.all.get(keyOf(l)); h != nil {
			h.stop(stopOrdered)
		}
	}
	return true
}

// retell registers again if the site has changed or the service has forgotten
// what it was told. If that fails, the next beat will see to it.
func (a *Agent) retell(ctx context.Context, forgotten bool) {
	if !forgotten && reflect.DeepEqual(*a.told.Load(), a.dep.Place.Report()) {
		return
	}
	if _, err := a.callRegister(ctx); err != nil && ctx.Err() == nil {
		a.dep.Log.WarnContext(ctx, "cannot tell what the site has become; will try again", "err", err)
	}
}
