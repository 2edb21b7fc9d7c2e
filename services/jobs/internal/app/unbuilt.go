package app

import (
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// unbuilt refuses what the published language can say and the service cannot
// do: nothing that was asked for is dropped in silence.
func unbuilt(s jobsapi.Spec) error {
	f := fault.New(fault.Unsupported, "job.not_offered", "The job's description asks for what is not offered yet.").WithStatus(501)
	for _, c := range []struct {
		field string
		asked bool
	}{
		{"notify", s.Notify != nil},
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
