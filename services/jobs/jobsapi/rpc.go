package jobsapi

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Endpoints is the service's doorway: each subject with its access rule.
func Endpoints(s Service, d Dispatch) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(cmdSubmit, who.Authenticated, s.Submit),
		natsrpc.Handle(cmdStart, who.Authenticated, s.Start),
		natsrpc.Handle(cmdAbort, who.Authenticated, s.Abort),
		natsrpc.Handle(cmdRestart, who.Authenticated, s.Restart),
		natsrpc.Handle(cmdResubmit, who.Authenticated, s.Resubmit),
		natsrpc.Handle(cmdDestroy, who.Authenticated, s.Destroy),
		natsrpc.Handle(cmdSubmitMany, who.Authenticated, s.SubmitMany),
		natsrpc.Handle(cmdActMany, who.Authenticated, s.ActMany),
		natsrpc.Handle(cmdHold, who.Authenticated, s.Hold),
		natsrpc.Handle(cmdUnhold, who.Authenticated, s.Unhold),
		natsrpc.Handle(cmdReschedule, who.Authenticated, s.Reschedule),
		natsrpc.Handle(cmdChange, who.Authenticated, s.Change),
		natsrpc.Handle(qryGet, who.Authenticated, s.Get).Waiting(),
		natsrpc.Handle(qryList, who.Authenticated, s.List),
		natsrpc.Handle(qryAccess, who.Authenticated, s.Access),
		natsrpc.Handle(qrySummary, who.Authenticated, s.Summary),
		natsrpc.Handle(qryTimeline, who.Authenticated, s.Timeline),
		natsrpc.Handle(qrySites, who.Authenticated, s.Sites),
		natsrpc.Handle(qrySlots, who.Role(who.RoleOperator), s.Slots),
		natsrpc.Handle(cmdRegister, who.Service, d.Register),
		natsrpc.Handle(cmdOffer, who.Service, d.Offer).Waiting(),
		natsrpc.Handle(cmdReport, who.Service, d.Report),
		natsrpc.Handle(cmdBeat, who.Service, d.Beat),
	}
}

// Client is the service over NATS.
type Client struct {
	submit                                   func(context.Context, SubmitRequest) (Job, error)
	told                                     func(context.Context, SubmitRequest) (natsrpc.Encoded, error)
	submitMany                               func(context.Context, BatchRequest) (Batch, error)
	start, abort, restart, destroy, resubmit func(context.Context, ActRequest) (Job, error)
	hold, unhold, reschedule                 func(context.Context, ActRequest) (Job, error)
	actMany                                  func(context.Context, ManyRequest) (ManyResult, error)
	change                                   func(context.Context, ChangeRequest) (Job, error)
	summary                                  func(context.Context, SummaryRequest) (Summary, error)
	timeline                                 func(context.Context, TimelineRequest) (Timeline, error)
	get, poll                                func(context.Context, GetRequest) (Job, error)
	list                                     func(context.Context, ListRequest) (Page, error)
	access                                   func(context.Context, AccessRequest) (Access, error)
	sites                                    func(context.Context, Empty) (Sites, error)
	slots                                    func(context.Context, Empty) (SlotAudit, error)
	register                                 func(context.Context, RegisterRequest) (Held, error)
	offer                                    func(context.Context, OfferRequest) (Assignments, error)
	report                                   func(context.Context, ReportRequest) (Verdicts, error)
	beat                                     func(context.Context, BeatRequest) (Orders, error)
}

var (
	_ Service  = (*Client)(nil)
	_ Dispatch = (*Client)(nil)
)

// NewClient returns the service as it is reached over nc.
func NewClient(nc *nats.Conn) *Client {
	c := natsrpc.NewClient(nc)
	long := c.Waiting(slice + time.Second)
	return &Client{
		submit:     natsrpc.Call[SubmitRequest, Job](c, cmdSubmit),
		told:       natsrpc.Call[SubmitRequest, natsrpc.Encoded](c, cmdSubmit),
		start:      natsrpc.Call[ActRequest, Job](c, cmdStart),
		abort:      natsrpc.Call[ActRequest, Job](c, cmdAbort),
		restart:    natsrpc.Call[ActRequest, Job](c, cmdRestart),
		resubmit:   natsrpc.Call[ActRequest, Job](c, cmdResubmit),
		destroy:    natsrpc.Call[ActRequest, Job](c, cmdDestroy),
		hold:       natsrpc.Call[ActRequest, Job](c, cmdHold),
		unhold:     natsrpc.Call[ActRequest, Job](c, cmdUnhold),
		reschedule: natsrpc.Call[ActRequest, Job](c, cmdReschedule),
		submitMany: natsrpc.Call[BatchRequest, Batch](c, cmdSubmitMany),
		actMany:    natsrpc.Call[ManyRequest, ManyResult](c, cmdActMany),
		change:     natsrpc.Call[ChangeRequest, Job](c, cmdChange),
		summary:    natsrpc.Call[SummaryRequest, Summary](c, qrySummary),
		timeline:   natsrpc.Call[TimelineRequest, Timeline](c, qryTimeline),
		get:        natsrpc.Call[GetRequest, Job](c, qryGet),
		poll:       natsrpc.Call[GetRequest, Job](long, qryGet),
		list:       natsrpc.Call[ListRequest, Page](c, qryList),
		access:     natsrpc.Call[AccessRequest, Access](c, qryAccess),
		sites:      natsrpc.Call[Empty, Sites](c, qrySites),
		slots:      natsrpc.Call[Empty, SlotAudit](c, qrySlots),
		register:   natsrpc.Call[RegisterRequest, Held](c, cmdRegister),
		offer:      natsrpc.Call[OfferRequest, Assignments](long, cmdOffer),
		report:     natsrpc.Call[ReportRequest, Verdicts](c, cmdReport),
		beat:       natsrpc.Call[BeatRequest, Orders](c, cmdBeat),
	}
}

func (c *Client) Submit(ctx context.Context, r SubmitRequest) (Job, error) { return c.submit(ctx, r) }
func (c *Client) Start(ctx context.Context, r ActRequest) (Job, error)     { return c.start(ctx, r) }
func (c *Client) Abort(ctx context.Context, r ActRequest) (Job, error)     { return c.abort(ctx, r) }
func (c *Client) Restart(ctx context.Context, r ActRequest) (Job, error)   { return c.restart(ctx, r) }
func (c *Client) Resubmit(ctx context.Context, r ActRequest) (Job, error)  { return c.resubmit(ctx, r) }
func (c *Client) Destroy(ctx context.Context, r ActRequest) (Job, error)   { return c.destroy(ctx, r) }
func (c *Client) List(ctx context.Context, r ListRequest) (Page, error)    { return c.list(ctx, r) }
func (c *Client) Access(ctx context.Context, r AccessRequest) (Access, error) {
	return c.access(ctx, r)
}

func (c *Client) Sites(ctx context.Context, r Empty) (Sites, error)     { return c.sites(ctx, r) }
func (c *Client) Slots(ctx context.Context, r Empty) (SlotAudit, error) { return c.slots(ctx, r) }

func (c *Client) Hold(ctx context.Context, r ActRequest) (Job, error)      { return c.hold(ctx, r) }
func (c *Client) Unhold(ctx context.Context, r ActRequest) (Job, error)    { return c.unhold(ctx, r) }
func (c *Client) Change(ctx context.Context, r ChangeRequest) (Job, error) { return c.change(ctx, r) }

func (c *Client) Reschedule(ctx context.Context, r ActRequest) (Job, error) {
	return c.reschedule(ctx, r)
}

func (c *Client) SubmitMany(ctx context.Context, r BatchRequest) (Batch, error) {
	return c.submitMany(ctx, r)
}

func (c *Client) ActMany(ctx context.Context, r ManyRequest) (ManyResult, error) {
	return c.actMany(ctx, r)
}

func (c *Client) Summary(ctx context.Context, r SummaryRequest) (Summary, error) {
	return c.summary(ctx, r)
}

func (c *Client) Timeline(ctx context.Context, r TimelineRequest) (Timeline, error) {
	return c.timeline(ctx, r)
}

func (c *Client) Get(ctx context.Context, r GetRequest) (Job, error) {
	if r.Wait > 0 {
		return c.await(ctx, r)
	}
	return c.get(ctx, r)
}

func (c *Client) Register(ctx context.Context, r RegisterRequest) (Held, error) {
	return c.register(ctx, r)
}
func (c *Client) Offer(ctx context.Context, r OfferRequest) (Assignments, error) {
	return c.offer(ctx, r)
}
func (c *Client) Report(ctx context.Context, r ReportRequest) (Verdicts, error) {
	return c.report(ctx, r)
}
func (c *Client) Beat(ctx context.Context, r BeatRequest) (Orders, error) { return c.beat(ctx, r) }
