package jobsapi

import "github.com/heddle-dev/heddle/services/jobs/internal/job"

// How a transfer treats a file that is there already; empty is Overwrite.
const (
	Overwrite   = job.Overwrite
	Append      = job.Append
	NoOverwrite = job.NoOverwrite
)

// What the values of an axis stand for.
const (
	SweepParameter = job.SweepParameter
	SweepArgument  = job.SweepArgument
	SweepImport    = job.SweepImport
)

// Variable reports whether a name can be an environment variable's.
func Variable(name string) bool { return job.Variable(name) }
