package app

import (
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// unbuilt refuses what the published language can say and the service cannot
// do: nothing that was asked for is dropped in silence.
func unbuilt(s jobsapi.Spec, carrier bool) error {
	f := fault.New(fault.Unsupported, "job.not_offered", "The job's description asks for what is not offered yet.").WithStatus(501)
	for _, c := range []struct {
		field string
		asked bool
	}{
		{"imports", len(s.Imports) > 0 && !carrier}, {"exports", len(s.Exports) > 0 && !carrier},
	} {
		if c.asked {
			f = f.WithField(c.field, "is not offered yet")
		}
	}
	if len(f.Fields) > 0 {
		return f
	}
	return nil
}

func notYet(what string) error {
	return fault.New(fault.Unsupported, "jobs.not_offered", "%s is not offered yet.", what).WithStatus(501)
}
