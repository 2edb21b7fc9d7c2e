package tornado_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

func manual(t testing.TB, root string) (http.Handler, *jobHandler) {
	t.Helper()
	jobs := &jobHandler{}
	return served(t, app(t, tornado.Config{Root: root},
		tornado.API{System: "Framework", Name: "Hello", Handler: hello{}},
		tornado.API{System: "WorkloadManagement", Name: "Job", Handler: jobs}).Container(0)), jobs
}

// TestManual sends the requests of TornadoREST's manual to its handlers.
func TestManual(t *testing.T) {
	t.Parallel()
	s, _ := manual(t, "")
	for _, tc := range []struct{ request, body, want string }{
		// covers: D0-001 D0-015 D0-016 D0-017 D0-018 D0-022
		{"GET /hello/pos_arg1?k=v", "", `OK {"args":["pos_arg1"],"kwargs":{"k":"v"}}`},
		{"GET /hello", "", `OK {"args":[],"kwargs":{}}`},
		{"GET /hello?access_token=alice&rawContent=false&x=1", "", `OK {"args":[],"kwargs":{"x":"1"}}`},
		{"GET /hello/", "", `OK {"args":[],"kwargs":{}}`},
		{"GET /hello/a/b%2Fc?k=1&k=2", "", `OK {"args":["a","b/c"],"kwargs":{"k":["1","2"]}}`},
		// covers: D0-027 D0-028 D0-030 D0-031 D0-032 D0-033 D0-034 D0-053
		{"GET /job/123", "", `OK {"OK":true,"Value":{"Status":"Running"}}`},
		{"GET /job/123/", "", `OK {"OK":true,"Value":{"Status":"Running"}}`},
		{"GET /job/+123", "", `OK {"OK":true,"Value":{"Status":"Running"}}`},
		{"GET /job/123/owner", "", `OK {"OK":true,"Value":"alice"}`},
		{"GET /job/123/site", "", `OK {"OK":true,"Value":"DEMO-SITE"}`},
		{"GET /job/7", "", `OK {"OK":false,"Errno":1510,"Message":"No match found ( 1510 : job 7)"}`},
		{"GET /job?jobID=124", "", `OK {"OK":true,"Value":{"Status":"Done"}}`},
		{"GET /job/124?jobID=124", "", `OK {"OK":true,"Value":{"Status":"Done"}}`},
		// covers: D0-029
		{"GET /job/abc", "", `Bad Request invalid_request: jobID must be a whole number`},
		{"GET /job", "", `Bad Request invalid_request: jobID is required`},
		{"GET /job/124?jobID=5", "", `Bad Request invalid_request: jobID is given twice, with different values`},
		{"GET /job/1/owner/x", "", `Not Found request_no_path: There is nothing at this path.`},
		// covers: D0-038 D0-039 D0-041 D0-042
		{"GET /jobs", "", `OK {"OK":true,"Value":[123,124]}`},
		{"GET /jobs/bob", "", `OK {"OK":true,"Value":[125]}`},
		{"GET /jobs/alice?jobGroup=g1&jobName=fit", "", `OK {"OK":true,"Value":[124]}`},
		{"GET /jobs/alice/g1", "", `Not Found request_no_path: There is nothing at this path.`},
		// covers: D0-040
		{"GET /jobs/alice?jobGroup=job_group?jobName=job_name", "", `OK {"OK":true,"Value":[]}`},
		// covers: D0-043 D0-044 D0-045 D0-046 D0-052
		{"POST /job", `[{"Executable":"/bin/ls"}]`, `OK {"OK":true,"Value":126}`},
		{"POST /job", `{"Executable":"/bin/ls"}`, `OK {"OK":true,"Value":127}`},
		{"POST /job", `[{"Arguments":"x"}]`, `OK {"OK":false,"Errno":1501,"Message":"Invalid job description ( 1501 : there is no Executable)"}`},
		{"POST /job", `[{},{}]`, `Bad Request invalid_request: arguments are 2; 1 are taken by position`},
		// covers: D0-047 D0-048 D0-049
		{"DELETE /job", `[123,124]`, `OK {"OK":true,"Value":[123,124]}`},
		{"DELETE /job", `[126]`, `OK {"OK":true,"Value":[126]}`},
		{"DELETE /job", `["x"]`, `Bad Request invalid_request: jobIDs has an element, number 0, that must be a whole number`},
		// covers: D0-050 D0-051
		{"OPTIONS /job", "", `OK You use OPTIONS method to access job manager API.`},
		{"PUT /job", "", `Method Not Allowed request_method: This path does not take the method; it takes DELETE, GET, HEAD, OPTIONS, POST.`},
	} {
		method, target, _ := strings.Cut(tc.request, " ")
		if got := says(send(s, method, target, tc.body, alice)); got != tc.want {
			t.Errorf("%s %s:\n%s\nwant\n%s", tc.request, tc.body, got, tc.want)
		}
	}
}

// covers: D0-035 D0-036 D0-065
func TestOtherCategoryRedirects(t *testing.T) {
	t.Parallel()
	for root, want := range map[string]string{"": "/job/123", "/dirac-demo": "/dirac-demo/job/123"} {
		s, _ := manual(t, root)
		w := send(s, "GET", root+"/job/123/anything", "", alice)
		if w.Code != 302 || w.Header().Get("Location") != want || w.Body.Len() != 0 {
			t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
	}
}

// covers: D0-020 D0-021
func TestManualsAuthorization(t *testing.T) {
	t.Parallel()
	s, _ := manual(t, "")
	for header, want := range map[string]int{"X: y": 401, alice: 200, "Authorization: Bearer nogrp": 200, "X-Certificate: bob": 200, "Authorization: Bearer x": 401} {
		if w := send(s, "GET", "/jobs", "", header); w.Code != want {
			t.Errorf("%s: %d %s", header, w.Code, w.Body)
		}
	}
	if w := send(s, "GET", "/hello", ""); w.Code != 200 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// covers: D0-023 D0-024 D0-025 D0-026
func TestHandlerCountsItsRequests(t *testing.T) {
	t.Parallel()
	s, jobs := manual(t, "")
	if jobs.requests.Load() != 0 || jobs.system == nil {
		t.Errorf("%d requests before the first, %v", jobs.requests.Load(), jobs.system)
	}
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() { send(s, "GET", "/job/123", "", alice) })
	}
	all.Wait()
	send(s, "GET", "/job/abc", "", alice) // a mistake is a request
	send(s, "GET", "/job/123", "")        // nobody's is not
	send(s, "GET", "/hello", "", alice)   // another handler's is not
	if n := jobs.requests.Load(); n != 101 {
		t.Errorf("%d requests", n)
	}
	about := jobs.about
	if about.System != "WorkloadManagement" || about.API != "Job" || about.Component != "WorkloadManagement/Job" || about.Location != "/" ||
		about.ConfigSection != "/Systems/WorkloadManagement/APIs/Job" || strings.Join(about.Authorization, " ") != "authenticated" ||
		strings.Join(about.Grants, " ") != "JWT TOKEN SSL PASSWORD SESSION VISITOR" ||
		strings.Join(about.URLs, "|") != "DELETE /job|GET /job|OPTIONS /job|POST /job|DELETE /job/{jobIDs}|GET /job/{jobID}|GET /job/{jobID}/{category}|GET /jobs|GET /jobs/{owner}" {
		t.Errorf("%+v", about)
	}
}

// minimal is a whole API.
type minimal struct{}

func (minimal) GetHello() string { return "hello world" }

// covers: D0-012 D0-013
func TestMinimalHandler(t *testing.T) {
	t.Parallel()
	a := app(t, tornado.Config{}, tornado.API{System: "Framework", Name: "Minimal", Handler: minimal{}})
	if es := a.Endpoints(); len(es) != 1 || es[0].Component() != "Framework/Minimal" || es[0].String() != "get_hello" {
		t.Errorf("%v", es)
	}
	w := send(served(t, a.Container(0), rest.Container{Name: "other", Root: "/other"}), "GET", "/hello", "", alice)
	if says(w) != "OK hello world" || w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
