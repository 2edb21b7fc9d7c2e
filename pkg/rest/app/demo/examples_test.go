package demo_test

import (
	"net/http"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/resttest"
)

// Every handler has examples, which run, and every text is markup.
//
// covers: C2-084 C2-091
func TestExamplesRun(t *testing.T) {
	t.Parallel()
	s := server(t, false)
	anna := func(r *http.Request) {
		r.Header.Set("X-User", "anna")
		r.Header.Set("X-Perms", "api://.* app://client/lufthansa app://chart job://.*/x")
	}
	resttest.RunAll(t, s, anna, s.Routes())
}
