package core4_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// A list that leaves older jobs out says so. What a filter asks for is looked
// for among all jobs, where the jobs service can.
func TestListsSayWhatTheyLeaveOut(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	next := backendtest.FirstID
	put := func(n int, name string, state jobsapi.State) {
		for range n {
			next++
			jobs.Put(jobsapi.Job{ID: next, Owner: "u", State: state, Submitted: backendtest.At,
				Spec: jobsapi.Spec{Name: name, Tags: []string{jobsapi.KindTag}}})
		}
	}
	put(2, "x.jobs.Old", jobsapi.Succeeded)
	put(3, "x.jobs.Bad", jobsapi.Failed)
	put(5001, "x.jobs.Many", jobsapi.Running)
	w := newWorld(t, func(d *core4.Deps) { d.Backend.Jobs = jobs })
	for query, want := range map[string]struct {
		total int
		flash bool
	}{
		"":                                  {5000, true},
		`filter={"qual_name":"x.jobs.Old"}`: {2, false},
		`filter={"state":"error"}`:          {3, false},
		`filter={"state":"running"}`:        {5000, true},
		`filter={"priority":7}`:             {0, true},
	} {
		name, value, _ := strings.Cut(query, "=")
		a := w.send("GET", core4.Root+"/job?"+url.Values{name: {value}, "per_page": {"1"}}.Encode(), "", "Authorization: Bearer "+w.token("admin"))
		if a.Code != 200 || !strings.Contains(a.Body.String(), fmt.Sprintf(`"total_count":%d`, want.total)) || strings.Contains(a.Body.String(), `"level":"WARNING"`) != want.flash {
			t.Errorf("%s: %d %.600s", query, a.Code, a.Body)
		}
	}
}
