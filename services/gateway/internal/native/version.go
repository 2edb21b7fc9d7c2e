package native

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

const ifMatchText = "With `If-Match: ETAG` it is 412 if somebody else has changed it since."

// precondition is embedded in requests that change something with a version.
type precondition struct {
	Match string `header:"If-Match" doc:"the ETag that the caller has seen; if it is not the present one the answer is 412"`
}

// version is the one that If-Match names; zero is whatever there is. We give
// out one strong tag, so anything else matches nothing (RFC 9110, section
// 13.1.1).
func (p precondition) version() (uint64, error) {
	text := strings.TrimSpace(p.Match)
	if text == "" || text == "*" {
		return 0, nil
	}
	n, err := strconv.ParseUint(strings.Trim(text, `"`), 10, 64)
	if err != nil || n == 0 || quoted(n) != text {
		return 0, authapi.Stale()
	}
	return n, nil
}

// unchanged refuses a change of what has another version by now.
func (p precondition) unchanged(now uint64) error {
	v, err := p.version()
	if err == nil && v != 0 && v != now {
		return authapi.Stale()
	}
	return err
}

// versioned is an answer whose version can be given back in If-Match.
func versioned(status int, version uint64, body any) rest.Reply {
	return rest.Reply{Status: status, Body: body, Header: http.Header{
		"Etag": {quoted(version)}, "Cache-Control": {"private, no-cache"},
	}}
}

// ptr is for fields that may be left out.
func ptr[T any](v T) *T { return &v }

// set replaces what a change names.
func set[T any](dst *T, v *T) {
	if v != nil {
		*dst = *v
	}
}

// list shows no list as an empty one.
func list[T any](v []T) []T {
	if v == nil {
		return []T{}
	}
	return v
}
