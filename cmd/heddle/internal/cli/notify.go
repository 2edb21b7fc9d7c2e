package cli

import (
	"github.com/spf13/pflag"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// notifyFlags say whom to tell of a job's states.
type notifyFlags struct {
	url    string
	states []string
}

func (n *notifyFlags) add(f *pflag.FlagSet) {
	f.StringVar(&n.url, "notify", "", "URL to POST to when the job runs and when it has ended (docs/design/jobs.md)")
	f.StringArrayVar(&n.states, "notify-state", nil, "with --notify: tell when the job comes to this state, rather than the usual ones (repeatable)")
}

func (n *notifyFlags) apply(spec *jobsapi.Spec) error {
	if n.url == "" {
		if len(n.states) > 0 {
			return usagef("--notify-state needs --notify")
		}
		return nil
	}
	spec.Notify = &jobsapi.Notification{URL: n.url}
	for _, s := range n.states {
		spec.Notify.States = append(spec.Notify.States, jobsapi.State(s))
	}
	return nil
}
