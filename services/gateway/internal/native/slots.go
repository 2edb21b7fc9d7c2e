package native

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func (d *door) slotRoutes() []rest.Route {
	return []rest.Route{rest.Handle("GET /admin/slots", operator, rest.Doc{
		Title: "Compare what runners hold with what they say", Tags: adminTags,
		Text: "Slots are derived from events. For each runner: the jobs that it holds according to the journal, those that it said it held, " +
			"and those over which the two have differed for more than a moment. `drift` counts these, and is 0 unless a slot has leaked.",
		Response: jobsapi.SlotAudit{Runners: []jobsapi.RunnerSlots{{Runner: "r-0f3k9m2p1qs", Site: "DEMO-SITE", Slots: 4, Held: 1, Said: 1}}},
	}, func(ctx context.Context, _ struct{}) (jobsapi.SlotAudit, error) {
		return d.Backend.Jobs.Slots(ctx, jobsapi.Empty{})
	})}
}
