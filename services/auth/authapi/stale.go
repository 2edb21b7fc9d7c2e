package authapi

import (
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Stale refuses a change that names a version which is not the present one
// (RFC 9110, section 15.5.13).
func Stale() *fault.Error {
	return fault.New(fault.Conflict, "auth.stale", "Somebody else has changed this since you looked; look at it again.").
		WithStatus(http.StatusPreconditionFailed)
}
