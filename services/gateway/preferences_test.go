package gateway_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// A job shows the preferences that it was submitted with, of which each may
// be told in any of UNICORE's words for it; else what its owner acts as.
//
// covers: U4-010 U4-189
func TestAJobKeepsItsPreferences(t *testing.T) {
	t.Parallel()
	h := start(t)
	c := h.as("demouser", "test123")
	for chosen, want := range map[string]string{
		"":                            `{"group":["users"],"uid":["demouser"]}`,
		"xlogin:demo,pgid:dirac_user": `{"group":["dirac_user"],"uid":["demo"]}`,
		"role:user,uid:demo":          `{"group":["users"],"role":["user"],"uid":["demo"]}`,
		"supgids:users+dirac_user":    `{"group":["users"],"supplementaryGroups":["users","dirac_user"],"uid":["demouser"]}`,
	} {
		var headers []string
		if chosen != "" {
			headers = []string{"X-UNICORE-User-Preferences: " + chosen}
		}
		a := c.send("POST", unicoreJobs, `{"Executable":"true","haveClientStageIn":"true"}`, headers...)
		_, id, made := strings.Cut(a.Header.Get("Location"), unicoreJobs)
		if a.StatusCode != 201 || !made {
			t.Fatalf("%s: %d %s", chosen, a.StatusCode, a.body)
		}
		var job struct {
			Preferences json.RawMessage `json:"submissionPreferences"`
		}
		c.ok(&job, "GET", unicoreJobs+id, "")
		if string(job.Preferences) != want {
			t.Errorf("%q: %s, not %s", chosen, job.Preferences, want)
		}
	}
}
