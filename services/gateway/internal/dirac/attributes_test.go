package dirac_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// attributeNames are DIRAC's attributes of a job by their names in an answer.
var attributeNames = map[string]string{
	"jid": "JobID", "status": "Status", "minorStatus": "MinorStatus", "appStatus": "ApplicationStatus", "site": "Site", "name": "JobName",
	"jobGroup": "JobGroup", "owner": "Owner", "ownerDN": "OwnerDN", "ownerGroup": "OwnerGroup", "setup": "DIRACSetup", "priority": "UserPriority",
	"cpuTime": "CPUTime", "reschedules": "RescheduleCounter",
	"verified": "VerifiedFlag", "retrieved": "RetrievedFlag", "accounted": "AccountedFlag", "outputSandboxReady": "OSandboxReadyFlag",
	"inputSandboxReady": "ISandboxReadyFlag", "deleted": "DeletedFlag", "killed": "KilledFlag",
}

// A list can be restricted by everything that it says of a job, by either name,
// and shows exactly the jobs with one of the values.
//
// covers: D1-049 D1-050
func TestListsAreRestrictedByEveryAttribute(t *testing.T) {
	t.Parallel()
	jobs := furnished()
	jobs.Put(jobsapi.Job{ID: 5, Owner: "u1", OwnerName: "demouser", Group: "others", State: jobsapi.Aborted, Site: "ELSEWHERE", Reschedules: 2,
		Submitted: backendtest.At, Updated: backendtest.At, Spec: jobsapi.Spec{Name: "five", Priority: 7, Executable: "/bin/true", Limits: jobsapi.Resources{CPUTime: 600}}})
	h := serve(t, jobs)
	list := func(query string) (found []map[string]any) {
		t.Helper()
		var page struct{ Jobs []map[string]any }
		w := ask(h, "GET", "/jobs?"+query, "", nil)
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil || w.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", query, w.Code, w.Body)
		}
		for _, j := range page.Jobs {
			maps.Copy(j, j["flags"].(map[string]any))
			found = append(found, j)
		}
		return found
	}
	ids := func(jobs []map[string]any) (ids []string) {
		for _, j := range jobs {
			ids = append(ids, text(j["jid"]))
		}
		return ids
	}
	all := list("")
	if len(all) != 4 {
		t.Fatalf("%d jobs", len(all))
	}
	for short, name := range attributeNames {
		byValue := map[string][]string{}
		for _, j := range all {
			v, there := j[short]
			if !there {
				t.Fatalf("a job has no %s", short)
			}
			byValue[text(v)] = append(byValue[text(v)], text(j["jid"]))
		}
		for value, want := range byValue {
			for _, spelled := range []string{short, name} {
				if got := ids(list(url.Values{spelled: {value, value}}.Encode())); !slices.Equal(got, want) {
					t.Errorf("%s=%s lists %v, want %v", spelled, value, got, want)
				}
			}
		}
		if every := slices.Collect(maps.Keys(byValue)); len(every) > 1 {
			if got := ids(list(url.Values{name: every}.Encode())); !slices.Equal(got, ids(all)) {
				t.Errorf("%s=%v lists %v, want all", name, every, got)
			}
		}
	}
}

// text is a value as a query spells it.
func text(v any) string {
	if n, ok := v.(float64); ok {
		return fmt.Sprint(int64(n))
	}
	return fmt.Sprint(v)
}
