package jobsapi

import "github.com/heddle-dev/heddle/pkg/id"

// AccessRequest asks what the caller may do with a job.
type AccessRequest struct {
	ID id.ID `json:"id"`
}

// Access is what a caller may do with a job and with what belongs to it: its
// working directory, and what it writes there. Who may know only that the job is
// there, or what a list says of it, may do neither.
type Access struct {
	Read  bool `json:"read,omitempty"`  // look at it
	Write bool `json:"write,omitempty"` // act on it
}
