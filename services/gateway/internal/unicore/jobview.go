package unicore

import (
	"fmt"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// unknown is UNICORE's word for what is not known or does not apply.
const unknown = "N/A"

// jobView is the representation of a job.
type jobView struct {
	common
	Status         string              `json:"status"`
	StatusMessage  string              `json:"statusMessage"`
	Name           string              `json:"name"`
	Log            []string            `json:"log"`
	ExitCode       *int                `json:"exitCode,omitempty"`
	Queue          string              `json:"queue"`
	SubmissionTime string              `json:"submissionTime"`
	CurrentTime    string              `json:"currentTime"`
	Preferences    map[string][]string `json:"submissionPreferences"`
	BatchSystemID  string              `json:"batchSystemID"`
	JobType        string              `json:"jobType"`
	ConsumedTime   map[string]string   `json:"consumedTime"`
	SiteName       string              `json:"siteName"`
}

func (a *ask) jobView(j jobsapi.Job, now time.Time) jobView {
	return jobView{
		common:         jobCommon(j, a.jobLinks(j)),
		Status:         statusWords[j.State],
		StatusMessage:  statusMessage(j),
		Name:           name(j),
		Log:            logLines(j),
		ExitCode:       j.ExitCode,
		Queue:          orUnknown(j.Spec.Queue),
		SubmissionTime: stamp(j.Submitted),
		CurrentTime:    stamp(now),
		Preferences:    preferences(j),
		BatchSystemID:  unknown,
		JobType:        jobType(j),
		ConsumedTime:   consumed(j),
		SiteName:       orUnknown(j.Site),
	}
}

func jobCommon(j jobsapi.Job, l links) common {
	c := ready(distinguished(j.OwnerName), shownTags(j), l)
	c.ACL, c.TerminationTime = aclFrom(j.ACL), untilStamp(j.Expires)
	return c
}

func (a *ask) jobLinks(j jobsapi.Job) links {
	here := "/jobs/" + j.ID.String()
	l := links{
		"self": a.link(here), "details": a.link(here + "/details"), "submitted": a.link(here + "/submitted"),
		"workingDirectory": a.link("/storages/" + j.Storage()), "parentTSS": a.link("/sites/" + targetOf(j)),
	}
	for name, text := range map[string]string{"start": "Start", "abort": "Abort", "restart": "Restart"} {
		l["action:"+name] = link{Href: a.base + here + "/actions/" + name, Description: text}
	}
	return l
}

func statusMessage(j jobsapi.Job) string {
	switch {
	case j.Reason != "":
		return renamed(j)
	case j.State == jobsapi.Aborted:
		return "Job aborted."
	case j.State == jobsapi.Failed && j.ExitCode != nil:
		return fmt.Sprintf("Job exited with code %d.", *j.ExitCode)
	}
	return ""
}

// renamed is a job's reason whose fields are called as clients call them:
// "queue: …" becomes "Resources.Queue: …".
func renamed(j jobsapi.Job) string {
	const beginning = "No site can run the job: "
	list, ok := strings.CutPrefix(j.Reason, beginning)
	if !ok {
		return j.Reason
	}
	names := description.NamesOf(j.Spec, descriptionOf(j))
	parts := strings.Split(list, "; ")
	for i, part := range parts {
		if field, text, ok := strings.Cut(part, ": "); ok {
			parts[i] = names.Of(field) + ": " + text
		}
	}
	return beginning + strings.Join(parts, "; ")
}

// descriptionOf is the description that a job was submitted with here; empty: none.
func descriptionOf(j jobsapi.Job) lenient.Object {
	if !submittedHere(j) {
		return nil
	}
	v, _ := lenient.Parse(j.Spec.Origin.Document)
	doc, _ := v.(lenient.Object)
	return doc
}

func name(j jobsapi.Job) string {
	switch {
	case j.Spec.Name != "":
		return j.Spec.Name
	case submittedHere(j):
		return "UNICORE_Job"
	}
	return unknown
}

func submittedHere(j jobsapi.Job) bool {
	return j.Spec.Origin != nil && j.Spec.Origin.Dialect == description.Dialect
}

// preferences are those that the job was submitted with here; of other doors'
// jobs, what their owner acts as.
func preferences(j jobsapi.Job) map[string][]string {
	if submittedHere(j) && j.Spec.Origin.Preferences != nil {
		return j.Spec.Origin.Preferences
	}
	p := map[string][]string{"uid": {j.OwnerName}}
	if j.Group != "" {
		p["group"] = []string{j.Group}
	}
	return p
}

// jobType is the type in UNICORE's words; without a batch system there is
// little between them.
func jobType(j jobsapi.Job) string {
	switch {
	case j.Spec.Kind == jobsapi.Allocation:
		return "ALLOCATE"
	case j.Spec.OnLogin:
		return "ON_LOGIN_NODE"
	}
	return "BATCH"
}

func orUnknown(s string) string {
	if s == "" {
		return unknown
	}
	return s
}

// details is what a batch system would tell; here it is what the runner did.
func (d *door) details(a *ask) error {
	j, err := d.job(a)
	if err != nil {
		return err
	}
	return a.show(map[string]any{
		"state": j.State, "site": orUnknown(j.Site), "runner": orUnknown(j.Runner), "attempts": j.Epoch,
		"started": unlessZero(j.Started), "ended": unlessZero(j.Ended),
	})
}

func unlessZero(t time.Time) string {
	if t.IsZero() {
		return unknown
	}
	return stamp(t)
}
