package dirac

import (
	"time"

	"github.com/heddle-dev/heddle/services/gateway/internal/dirac/manifest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// timeFormat is how DIRAC writes a time; it is UTC.
const timeFormat = "2006-01-02 15:04:05"

// jobView is a job as DIRAC shows it.
type jobView struct {
	JID         uint64            `json:"jid"`
	Status      string            `json:"status"`
	MinorStatus string            `json:"minorStatus"`
	AppStatus   string            `json:"appStatus"`
	Site        string            `json:"site"`
	Name        string            `json:"name"`
	JobGroup    string            `json:"jobGroup"`
	Owner       string            `json:"owner"`
	OwnerDN     string            `json:"ownerDN"`
	OwnerGroup  string            `json:"ownerGroup"`
	Setup       string            `json:"setup"`
	Priority    int               `json:"priority"`
	CPUTime     int64             `json:"cpuTime"` // not measured
	Reschedules int               `json:"reschedules"`
	Flags       map[string]bool   `json:"flags"`
	Times       map[string]string `json:"times"`
}

func (d *door) view(j jobsapi.Job) jobView {
	status := statusOf(j)
	return jobView{
		JID: uint64(j.ID), Status: status.major, MinorStatus: status.minor, AppStatus: applicationStatus(j),
		Site: siteOf(j), Name: firstOf(j.Spec.Name, unnamed), JobGroup: manifest.GroupOf(j.Spec),
		Owner: j.OwnerName, OwnerDN: "/O=Heddle/CN=" + j.OwnerName, OwnerGroup: j.Group, Setup: d.Setup,
		Priority: j.Spec.Priority, Reschedules: j.Reschedules,
		Flags: flags(j), Times: times(j),
	}
}

// severalSites is DIRAC's word for a job that may run at some sites.
const severalSites = "Multiple"

// siteOf is where a job runs or ran, or else may run.
func siteOf(j jobsapi.Job) string {
	wanted := j.Spec.Wanted()
	switch {
	case j.Site != "":
		return j.Site
	case len(wanted) > 1:
		return severalSites
	case len(wanted) == 1:
		return wanted[0]
	default:
		return manifest.AnySite
	}
}

// applicationStatus is free text of at most 255 characters.
func applicationStatus(j jobsapi.Job) string {
	text := []rune(firstOf(j.Reason, "Unknown"))
	return string(text[:min(255, len(text))])
}

// unnamed is what DIRAC calls a job that nobody named.
const unnamed = "Unknown"

func flags(j jobsapi.Job) map[string]bool {
	return map[string]bool{
		"verified": true, "retrieved": false, "accounted": false,
		"outputSandboxReady": outputReady(j), "inputSandboxReady": j.State != jobsapi.Submitted && j.State != jobsapi.StagingIn,
		"deleted": j.State == jobsapi.Destroyed, "killed": j.Aborting || j.State == jobsapi.Aborted,
	}
}

// outputReady reports whether there is an output sandbox: something ran, and
// has ended.
func outputReady(j jobsapi.Job) bool {
	return j.State.Ended() && j.State != jobsapi.Destroyed && !j.Started.IsZero()
}

// times has only what has happened.
func times(j jobsapi.Job) map[string]string {
	out := map[string]string{}
	for key, t := range map[string]time.Time{
		"submission": j.Submitted, "lastUpdate": j.Updated, "lastSOL": j.Updated,
		"startExecution": j.Started, "endExecution": j.Ended,
		"reschedule": j.Rescheduled,
	} {
		if !t.IsZero() {
			out[key] = t.UTC().Format(timeFormat)
		}
	}
	return out
}

func firstOf(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
