package description

import (
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Status are UNICORE's words for our states, for all of them. UNDEFINED is for
// what a client cannot meet: a destroyed job is gone.
var Status = map[jobsapi.State]string{
	jobsapi.Submitted:  "READY",
	jobsapi.StagingIn:  "STAGINGIN",
	jobsapi.Ready:      "READY",
	jobsapi.Blocked:    "READY",
	jobsapi.Queued:     "QUEUED",
	jobsapi.Matched:    "QUEUED",
	jobsapi.Running:    "RUNNING",
	jobsapi.StagingOut: "STAGINGOUT",
	jobsapi.Succeeded:  "SUCCESSFUL",
	jobsapi.Failed:     "FAILED",
	jobsapi.Aborted:    "FAILED",
	jobsapi.Destroyed:  "UNDEFINED",
}

// notification reads whom to tell of the job's states: an address, or an
// address with the states of which to tell.
func (r *reader) notification(doc lenient.Object, spec *jobsapi.Spec) {
	const short, long = "Notification", "NotificationSettings"
	url := r.text(doc, short)
	v, ok := doc.Get(long)
	if !ok {
		if url != "" {
			spec.Notify = &jobsapi.Notification{URL: url}
		}
		return
	}
	o, ok := v.(lenient.Object)
	if !ok {
		r.problem(long, "must be a map")
		return
	}
	r.under(long, func(sub *reader) []string {
		if own := sub.text(o, "URL"); own != "" {
			url = own
		}
		if url == "" {
			sub.problem("URL", "is needed")
		}
		spec.Notify = &jobsapi.Notification{URL: url, States: sub.states(o, "status"), Batch: sub.lines(o, "bssStatus")}
		return nil
	})
}

// states are all that a word stands for, in the order of a job's life.
func (r *reader) states(o lenient.Object, key string) []jobsapi.State {
	wanted := r.lines(o, key)
	var states []jobsapi.State
	for _, s := range jobsapi.States() {
		if s != jobsapi.Destroyed && slices.ContainsFunc(wanted, func(w string) bool { return strings.EqualFold(w, Status[s]) }) {
			states = append(states, s)
		}
	}
	for _, w := range wanted {
		if !slices.ContainsFunc(states, func(s jobsapi.State) bool { return strings.EqualFold(w, Status[s]) }) {
			r.problem(key, "%q is no state of a job", w)
		}
	}
	return states
}
