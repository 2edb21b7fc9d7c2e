package rest

import (
	"crypto/rand"
	"regexp"
)

const headerRequestID = "X-Request-ID"

var saneID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// requestID takes the client's id if it can stand in a log and a header as it
// is, else makes one.
func requestID(given string) string {
	if saneID.MatchString(given) {
		return given
	}
	return rand.Text()
}
