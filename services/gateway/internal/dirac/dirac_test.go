package dirac_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac"
	"github.com/heddle-dev/heddle/services/gateway/internal/wiretest"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func container(jobs *backendtest.Jobs) rest.Container {
	return dirac.Container(dirac.Deps{
		Backend: backendtest.New(jobs, &backendtest.Files{}), Prover: backendtest.Prover(),
		Now: func() time.Time { return backendtest.At },
	})
}

// furnished has jobs in several states: 1 failed and 2 and 3 running of
// demouser, 4 queued of alice.
func furnished() *backendtest.Jobs {
	jobs := &backendtest.Jobs{}
	at := func(minutes int) time.Time { return backendtest.At.Add(time.Duration(minutes) * time.Minute) }
	code := 3
	jobs.Put(jobsapi.Job{
		ID: 1, Owner: "u1", OwnerName: "demouser", Group: "users", State: jobsapi.Failed, Site: "DEMO-SITE", Epoch: 2,
		Reason: "The job exited with code 3.", ExitCode: &code, Version: 7,
		Submitted: at(0), Updated: at(4), Started: at(2), Ended: at(4),
		Spec: jobsapi.Spec{Name: "three", Tags: []string{"JobGroup:g1"}, JobGroup: "g1", Executable: "/bin/false", Stdout: "std.out", Stderr: "std.err", Priority: 1,
			Outputs: []string{"*.dat"}, Inputs: []jobsapi.Input{{Path: "in.txt", Data: "in\n"}},
			Origin: &jobsapi.Origin{Dialect: "dirac", Document: []byte(`{"executable":"/bin/false","JobName":"three","JobGroup":"g1","OutputSandbox":"*.dat"}`)}},
	})
	for i, group := range []string{"g1", "g2"} {
		jobs.Put(jobsapi.Job{ID: id.ID(2 + i), Owner: "u1", OwnerName: "demouser", Group: "users", State: jobsapi.Running,
			Submitted: at(5 + i), Started: at(6 + i), Updated: at(6 + i), Spec: jobsapi.Spec{Executable: "/bin/sleep", Arguments: []string{"6 0"}, Tags: []string{"JobGroup:" + group}, JobGroup: group,
				Origin: &jobsapi.Origin{Dialect: "dirac", Document: []byte(`{"Executable":"/bin/sleep","JobGroup":"` + group + `"}`)}}})
	}
	jobs.Put(jobsapi.Job{ID: 4, Owner: "u2", OwnerName: "alice", Group: "users", State: jobsapi.Queued, Submitted: at(9), Updated: at(9),
		Spec: jobsapi.Spec{Script: "exit 0\n"}})
	return jobs
}

func TestConversations(t *testing.T) {
	t.Parallel()
	for _, file := range []string{
		// covers: D1-005 D1-037 D1-038 D1-039 D1-040
		"credentials",
		// covers: D1-042 D1-043 D1-044 D1-045 D1-047 D1-048 D1-049 D1-050 D1-051
		"list",
		// covers: D1-001 D1-041 D1-052 D1-053 D1-054 D1-056 D1-065 D1-066
		"job",
		// covers: D1-057 D1-058 D1-059 D1-060 D1-061 D1-062 D1-064
		"submit",
		"errors",
	} {
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			wiretest.Play(t, container(furnished()), "testdata/"+file+".http")
		})
	}
}

func serve(t *testing.T, jobs *backendtest.Jobs) http.Handler {
	t.Helper()
	s, err := rest.NewServer(slog.New(slog.DiscardHandler), container(jobs))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(h http.Handler, method, path, contentType string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Authorization", "Bearer token-of-demouser")
	r.Header.Set("Content-Type", contentType)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestKillAndDeleteReachTheJob(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{ // 1 has failed, 2 runs
		// covers: D1-065
		"2": "abort", "2?killonly=true": "abort", "2?killonly": "abort", "2?killonly=false": "abort", "2?delete=1": "abort",
		"1": "abort", "1?killonly=false": "destroy", "1?delete=1": "destroy",
	} {
		jobs := furnished()
		n := id.ID(path[0] - '0')
		w := ask(serve(t, jobs), "DELETE", "/jobs/"+path, "", nil)
		if acts := jobs.Acts(); w.Code != http.StatusOK || len(acts) != 1 || acts[0] != want+" "+n.String() {
			t.Errorf("%s: %d, asked for %v, want %s", path, w.Code, acts, want)
		}
	}
}

// All of a request's jobs come to be, or none.
func TestAllOrNothing(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{Most: 2}
	w := ask(serve(t, jobs), "POST", "/jobs", "application/json", strings.NewReader(`[{"Executable":"a"},{"Executable":"b"},{"Executable":"c"}]`))
	if made := jobs.All(); w.Code != http.StatusServiceUnavailable || len(made) != 0 {
		t.Errorf("%d, and %d jobs: %s", w.Code, len(made), w.Body)
	}
}

// covers: D1-055
func TestInputSandboxIsWhatCame(t *testing.T) {
	t.Parallel()
	w := ask(serve(t, furnished()), "GET", "/jobs/1/inputsandbox", "", nil)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/x-tar" {
		t.Fatalf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	zipped, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewReader(zipped)
	head, err := archive.Next()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(archive)
	if err != nil || head.Name != "in.txt" || string(text) != "in\n" {
		t.Errorf("%s: %q, %v", head.Name, text, err)
	}
	if _, err := archive.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("more files: %v", err)
	}
}

// covers: D1-046
func TestListsAHundredJobsUnlessAskedForMore(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	for i := range 450 {
		jobs.Put(jobsapi.Job{ID: id.ID(i + 1), Owner: "u1", State: jobsapi.Queued})
	}
	h := serve(t, jobs)
	for query, want := range map[string]int{"": 100, "?maxJobs=5": 5, "?maxJobs=430": 430, "?maxJobs=9999": 450, "?maxJobs=0": 0,
		"?startJob=440": 10, "?startJob=440&UserPriority=0": 10, "?UserPriority=0&maxJobs=201": 201} {
		body := ask(h, "GET", "/jobs"+query, "", nil).Body.String()
		if got := strings.Count(body, `"jid":`); got != want || !strings.Contains(body, `"entries":450,`) {
			t.Errorf("%s: %d jobs, want %d: %.60s", query, got, want, body)
		}
	}
}

func TestTooMuchIsRefusedAndNothingMade(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	h := serve(t, jobs)
	large := strings.Repeat("x", 10<<20+1)
	for contentType, body := range map[string]string{
		"application/json":                  `{"Executable":"` + large + `"}`,
		"application/x-www-form-urlencoded": "manifest=" + large,
		"multipart/form-data; boundary=b":   "--b\r\nContent-Disposition: form-data; name=f; filename=f\r\n\r\n" + large + "\r\n--b--\r\n",
	} {
		w := ask(h, "POST", "/jobs", contentType, strings.NewReader(body))
		if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), `"error_description"`) {
			t.Errorf("%s: %d %s", contentType, w.Code, w.Body)
		}
	}
	if n := len(jobs.All()); n != 0 {
		t.Errorf("%d jobs were made", n)
	}
}

func TestServicesOutOfOrder(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{Err: fault.New(fault.Unavailable, "jobs.down", "Try again.").WithRetry(time.Second)}
	h := serve(t, jobs)
	for _, path := range []string{"/jobs", "/jobs/1", "/jobs/summary", "/jobs/1/manifest", "/jobs/1/outputsandbox"} {
		w := ask(h, "GET", path, "", nil)
		if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "1" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v %s", path, w.Code, w.Header(), w.Body)
		}
	}
}

func TestEveryStateHasItsWords(t *testing.T) {
	t.Parallel()
	want := map[jobsapi.State]string{
		jobsapi.Submitted: "Received", jobsapi.StagingIn: "Checking", jobsapi.Ready: "Checking", jobsapi.Queued: "Waiting",
		jobsapi.Blocked: "Waiting", jobsapi.Matched: "Matched", jobsapi.Running: "Running", jobsapi.StagingOut: "Completing", jobsapi.Succeeded: "Done",
		jobsapi.Failed: "Failed", jobsapi.Aborted: "Killed", jobsapi.Destroyed: "Deleted",
	}
	for _, s := range jobsapi.States() {
		jobs := &backendtest.Jobs{}
		jobs.Put(jobsapi.Job{ID: 1, Owner: "u1", State: s})
		h := serve(t, jobs)
		if body := ask(h, "GET", "/jobs/1", "", nil).Body.String(); !strings.Contains(body, fmt.Sprintf(`"status":%q,"minorStatus":"`, want[s])) ||
			strings.Contains(body, `"minorStatus":""`) {
			t.Errorf("%s: %s, want %s", s, body, want[s])
		}
		if body := ask(h, "GET", "/jobs?Status="+want[s], "", nil).Body.String(); !strings.Contains(body, `"entries":1`) {
			t.Errorf("%s is not found by its word: %s", s, body)
		}
	}
}
