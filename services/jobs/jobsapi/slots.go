package jobsapi

import (
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
)

// RunnerSlots is what a runner has, according to the journal and to itself.
type RunnerSlots struct {
	Runner string    `json:"runner" doc:"the runner's id"`
	Site   string    `json:"site,omitempty" doc:"its site; absent if nothing was heard of it lately"`
	Slots  int       `json:"slots" doc:"jobs that it runs at once"`
	Held   int       `json:"held" doc:"jobs that it holds according to the journal"`
	Said   int       `json:"said" doc:"jobs that it held when it last said so"`
	Seen   time.Time `json:"seen,omitzero" doc:"when it was last heard of"`
	// Unknown and Leaked are the drift. What has changed only just now is none:
	// a report or the answer to an offer may be under way.
	Unknown []id.ID `json:"unknown" doc:"jobs that it holds according to the journal, and does not know of"`
	Leaked  []id.ID `json:"leaked" doc:"jobs that it has, and that have ended or gone elsewhere according to the journal"`
}

// SlotAudit compares both accounts, runner by runner.
type SlotAudit struct {
	Runners []RunnerSlots `json:"runners"`
	Drift   int           `json:"drift" doc:"how many jobs the accounts differ by; 0 is as it should be"`
}
