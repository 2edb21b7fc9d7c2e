package unicore

import (
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// notification is what whoever a job's Notification names is told. There is no
// batchSystemID, since no batch system runs the jobs.
type notification struct {
	Href          string `json:"href"`
	Status        string `json:"status"`
	StatusMessage string `json:"statusMessage"`
	ExitCode      *int   `json:"exitCode,omitempty"`
}

// Address is that of a site's core services at a server.
func Address(base, site string) string { return base + "/" + site + "/rest/core" }

// Notification is the JSON by which somebody is told that a job came to its
// state, in UNICORE's words. root is the address of the site's core services.
func Notification(j jobsapi.Job, root string) ([]byte, error) {
	n := notification{Href: root + "/jobs/" + j.ID.String(), Status: statusWords[j.State], StatusMessage: statusMessage(j)}
	if j.State.Ended() {
		n.ExitCode = j.ExitCode
	}
	return encode(n)
}

// SubmittedHere reports whether a job came in by this door.
func SubmittedHere(j jobsapi.Job) bool { return submittedHere(j) }
