package dirac

import "github.com/heddle-dev/heddle/services/jobs/jobsapi"

// statuses is a major and a minor status.
type statuses struct{ major, minor string }

// statusWords are DIRAC's words for our states, for all of them.
var statusWords = map[jobsapi.State]statuses{
	jobsapi.Submitted:  {"Received", "Job accepted"},
	jobsapi.StagingIn:  {"Checking", "Downloading InputSandbox"},
	jobsapi.Ready:      {"Checking", "Job Initialization"},
	jobsapi.Blocked:    {"Waiting", "Not eligible yet"},
	jobsapi.Queued:     {"Waiting", "Pilot Agent Submission"},
	jobsapi.Matched:    {"Matched", "Job Wrapper Initialization"},
	jobsapi.Running:    {"Running", "Application"},
	jobsapi.StagingOut: {"Completing", "Uploading Outputs"},
	jobsapi.Succeeded:  {"Done", "Execution Complete"},
	jobsapi.Failed:     {"Failed", "Application Finished With Errors"},
	jobsapi.Aborted:    {"Killed", "Marked for termination"},
	jobsapi.Destroyed:  {"Deleted", "Checking accounting"},
}

// statusOf is what a job's status is called.
func statusOf(j jobsapi.Job) statuses {
	s := statusWords[j.State]
	switch {
	case j.Aborting && j.Ended.IsZero():
		s.minor = "Marked for termination"
	case j.State == jobsapi.Failed && j.Reason == jobsapi.TooOften:
		s.minor = jobsapi.TooOften
	case j.State == jobsapi.Queued && j.Started.IsZero() && !j.Rescheduled.IsZero():
		s.minor = "Job Rescheduled"
	case j.State == jobsapi.Failed && j.ExitCode == nil:
		s.minor = "Exception During Execution"
	}
	return s
}

// statesOf are our states that go by one of the major statuses; none if the
// words are nobody's.
func statesOf(majors []string) []jobsapi.State {
	var out []jobsapi.State
	for _, s := range jobsapi.States() {
		for _, m := range majors {
			if statusWords[s].major == m {
				out = append(out, s)
			}
		}
	}
	return out
}
