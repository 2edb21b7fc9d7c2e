package demo_test

import (
	"net/http"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/resttest"
)

// Every example in the documentation runs, and every text is markup.
//
// covers: C2-084 C2-091
func TestExamplesRun(t *testing.T) {
	t.Parallel()
	s := server(t, false)
	anna := func(r *http.Request) {
		r.Header.Set("X-User", "anna")
		r.Header.Set("X-Perm", "api://.*")
	}
	if n := resttest.Run(t, s, anna, s.Routes()); n == 0 {
		t.Error("there are no examples")
	}
}
