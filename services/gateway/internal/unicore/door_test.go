package unicore_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// broken is a store of sessions that is out of order.
type broken struct{}

var errStore = fault.Wrap(errors.New("dial"), fault.Unavailable, "session.store", "Sessions are unavailable.").WithRetry(time.Second)

func (broken) Begin(context.Context, authapi.Resolved) (session.Ticket, error) {
	return session.Ticket{}, errStore
}

func (broken) Resume(context.Context, string) (authapi.Resolved, session.Ticket, error) {
	return authapi.Resolved{}, session.Ticket{}, errStore
}

func (broken) Check(who.Facts) error { return errStore }

func serve(t *testing.T, d unicore.Deps) http.Handler {
	t.Helper()
	d.Site, d.Version = "DEMO-SITE", "0.1.0"
	if d.Prover == nil {
		d.Prover = backendtest.Prover()
	}
	d.URLs = func(*http.Request) string { return "https://heddle.example" }
	if d.Kept == nil {
		d.Kept = kept{}
	}
	d.Certificate, d.Issuer = func() []byte { return nil }, issuer{}
	d.Now, d.Log = func() time.Time { return backendtest.At }, slog.New(slog.DiscardHandler)
	s, err := rest.NewServer(d.Log, unicore.Container(d))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(h http.Handler, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/DEMO-SITE/rest/core"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

const demo = "Basic ZGVtb3VzZXI6ZGVtb3VzZXI="

// Good credentials work while sessions do not; a session then is worth a try
// again, not a new login.
func TestSessionsOutOfOrder(t *testing.T) {
	t.Parallel()
	h := serve(t, unicore.Deps{Backend: backendtest.New(&backendtest.Jobs{}, &backendtest.Files{}), Sessions: broken{}})
	w := ask(h, "GET", "/jobs", "", "Authorization", demo)
	if w.Code != http.StatusOK || w.Header().Get("X-UNICORE-SecuritySession") != "" {
		t.Errorf("with credentials: %d %v", w.Code, w.Header())
	}
	w = ask(h, "GET", "/jobs", "", "X-UNICORE-SecuritySession", "any")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "1" {
		t.Errorf("with a session: %d %v", w.Code, w.Header())
	}
}

// A session does not widen what the credential that it began with may do.
//
// covers: U4-019
func TestSessionKeepsTheLimitsOfItsCredential(t *testing.T) {
	t.Parallel()
	limited := authapi.Resolved{Principal: who.Principal{ID: "u1", Name: "demouser", Scopes: []string{"api:read"}}}
	bound := authapi.Resolved{Principal: who.Principal{ID: "u1", Name: "demouser"}, Facts: who.Facts{CertSHA256: "x"}}
	h := serve(t, unicore.Deps{
		Backend:  backendtest.New(&backendtest.Jobs{}, &backendtest.Files{}),
		Sessions: sessions{"limited": limited, "bound": bound},
	})
	for _, c := range []struct {
		method, session string
		want            int
	}{{"GET", "limited", 200}, {"POST", "limited", 403}, {"GET", "bound", 401}} {
		w := ask(h, c.method, "/jobs", `{"Executable":"date"}`, "X-UNICORE-SecuritySession", c.session)
		if w.Code != c.want {
			t.Errorf("%s in the session %s: %d %s", c.method, c.session, w.Code, w.Body)
		}
	}
}

// Each method can be switched off: then it opens nothing, and is not offered.
//
// covers: U4-007
func TestMethodsThatAreSwitchedOff(t *testing.T) {
	t.Parallel()
	const bearer = "Bearer token-of-demouser"
	for _, c := range []struct {
		methods       []string
		authorization string
		want          int
		offered       string
	}{
		{nil, demo, 200, ""},
		{nil, bearer, 200, ""},
		{nil, "", 401, "Bearer Basic"},
		{[]string{"password"}, demo, 200, ""},
		{[]string{"password"}, bearer, 401, "Basic"},
		{[]string{"password"}, "", 401, "Basic"},
		{[]string{"oidc"}, bearer, 200, ""},
		{[]string{"oidc", "x509"}, demo, 401, "Bearer"},
		{[]string{"jwt"}, bearer, 401, "Bearer"},
		{[]string{"jwt"}, "", 401, "Bearer"},
		{[]string{"x509"}, demo, 401, ""},
	} {
		h := serve(t, unicore.Deps{
			Backend: backendtest.New(&backendtest.Jobs{}, &backendtest.Files{}), Sessions: sessions{}, Methods: c.methods,
		})
		var header []string
		if c.authorization != "" {
			header = []string{"Authorization", c.authorization}
		}
		w := ask(h, "GET", "/jobs", "", header...)
		var offered []string
		for _, challenge := range w.Header().Values("WWW-Authenticate") {
			scheme, _, _ := strings.Cut(challenge, " ")
			offered = append(offered, scheme)
		}
		if w.Code != c.want || strings.Join(offered, " ") != c.offered {
			t.Errorf("%q by %.6q: %d, offered %q", c.methods, c.authorization, w.Code, offered)
		}
	}
}

func TestTooMuchIsRefusedAndNothingMade(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	h := serve(t, unicore.Deps{Backend: backendtest.New(jobs, &backendtest.Files{}), Sessions: sessions{}})
	w := ask(h, "POST", "/jobs", `{"Executable":"echo","Arguments":["`+strings.Repeat("x", 10<<20)+`"]}`, "Authorization", demo)
	if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), `"errorMessage"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if n := len(jobs.All()); n != 0 {
		t.Errorf("%d jobs were made", n)
	}
}

// A fault of a service keeps its status, in UNICORE's form.
//
// covers: U4-036
func TestServicesOutOfOrder(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want int
	}{
		{fault.New(fault.Unavailable, "jobs.down", "x").WithRetry(time.Second), 503},
		{fault.New(fault.Conflict, "jobs.key", "x"), 409},
		{fault.New(fault.Timeout, "jobs.slow", "x"), 504},
		{errors.New("a defect"), 500},
	} {
		jobs := &backendtest.Jobs{Err: c.err}
		h := serve(t, unicore.Deps{Backend: backendtest.New(jobs, &backendtest.Files{}), Sessions: sessions{}})
		for _, path := range []string{"/jobs", "/jobs/0wdftjcd001", "/sites/default_target_system"} {
			w := ask(h, "GET", path, "", "Authorization", demo)
			if w.Code != c.want || strings.Contains(w.Body.String(), "defect") {
				t.Errorf("%s: %d %s, want %d", path, w.Code, w.Body, c.want)
			}
		}
	}
}

// covers: C4-17 C4-322 U4-170 U4-171 U4-172 U4-173 U4-174 U4-175 U4-176 U4-177
func TestEveryStateHasAWordThatClientsKnow(t *testing.T) {
	t.Parallel()
	want := map[jobsapi.State]string{
		jobsapi.Submitted: "READY", jobsapi.StagingIn: "STAGINGIN", jobsapi.Ready: "READY",
		jobsapi.Blocked: "READY", jobsapi.Queued: "QUEUED", jobsapi.Matched: "QUEUED", jobsapi.Running: "RUNNING", jobsapi.StagingOut: "STAGINGOUT",
		jobsapi.Succeeded: "SUCCESSFUL", jobsapi.Failed: "FAILED", jobsapi.Aborted: "FAILED",
	}
	for _, s := range jobsapi.States() {
		jobs := &backendtest.Jobs{}
		jobs.Put(jobsapi.Job{ID: backendtest.FirstID, Owner: "u1", State: s})
		h := serve(t, unicore.Deps{Backend: backendtest.New(jobs, &backendtest.Files{}), Sessions: sessions{}})
		w := ask(h, "GET", "/jobs/"+backendtest.FirstID.String()+"?fields=status", "", "Authorization", demo)
		switch got := strings.TrimSpace(w.Body.String()); {
		case s == jobsapi.Destroyed:
			if w.Code != http.StatusNotFound {
				t.Errorf("a destroyed job: %d %s", w.Code, got)
			}
		case got != `{"status":"`+want[s]+`"}`:
			t.Errorf("%s: %s, want %s", s, got, want[s])
		}
	}
}

// covers: U4-028 U4-167 U4-168 U4-169 U4-165
func TestActionsReachTheJob(t *testing.T) {
	t.Parallel()
	for call, want := range map[string]string{
		"POST /actions/start": "start", "POST /actions/abort/": "abort", "POST /actions/restart": "restart", "DELETE ": "destroy",
	} {
		jobs, files := furnished()
		h := serve(t, unicore.Deps{Backend: backendtest.New(jobs, files), Sessions: sessions{}})
		method, path, _ := strings.Cut(call, " ")
		w := ask(h, method, "/jobs/"+backendtest.FirstID.String()+path, "{}", "Authorization", demo)
		if acts := jobs.Acts(); w.Code != http.StatusNoContent || len(acts) != 1 || acts[0] != want+" "+backendtest.FirstID.String() {
			t.Errorf("%s: %d %s, asked for %v", call, w.Code, w.Body, acts)
		}
	}
}

// A task is submitted into an allocation, where it finds its place.
//
// covers: C4-190 C4-331 C4-332
func TestAllocations(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	h := serve(t, unicore.Deps{Backend: backendtest.New(jobs, &backendtest.Files{}), Sessions: sessions{}})
	call := func(method, path, body string) *httptest.ResponseRecorder {
		return ask(h, method, path, body, "Authorization", demo, "Idempotency-Key", "k")
	}
	place := here(call("POST", "/jobs", `{"Job type": "ALLOCATE", "Resources": {"Runtime": "10m"}}`))
	var shown struct{ JobType, BatchSystemID string }
	decode(t, call("GET", place, ""), &shown)
	if shown.JobType != "ALLOCATE" || strings.HasPrefix(shown.BatchSystemID, "INTERACTIVE_") {
		t.Errorf("%+v", shown)
	}
	task := here(call("POST", place, `{"Executable": "date"}`))
	made := jobs.All()
	if task == "" || len(made) != 2 || made[1].Spec.Within != made[0].ID.String() || made[1].Spec.Command != "date" {
		t.Errorf("%q %+v", task, made)
	}
	if w := call("POST", task, `{"Executable": "date"}`); w.Code != http.StatusConflict {
		t.Errorf("into what is no allocation: %d %s", w.Code, w.Body)
	}
	if w := call("POST", "/jobs/"+(backendtest.FirstID+77).String(), `{}`); w.Code != http.StatusNotFound {
		t.Errorf("into nothing: %d %s", w.Code, w.Body)
	}
}

// A job of another door is described as it would be here.
func TestSubmittedElsewhere(t *testing.T) {
	t.Parallel()
	jobs := &backendtest.Jobs{}
	jobs.Put(jobsapi.Job{ID: backendtest.FirstID, Owner: "u1", Spec: jobsapi.Spec{
		Executable: "/bin/echo", Arguments: []string{"$HOME", "a"}, Tags: []string{"t", "unicore-site:x"}, Inputs: []jobsapi.Input{{Path: "f", Data: "hush"}},
		Limits: jobsapi.Resources{CPUs: 2},
	}})
	h := serve(t, unicore.Deps{Backend: backendtest.New(jobs, &backendtest.Files{}), Sessions: sessions{}})
	w := ask(h, "GET", "/jobs/"+backendtest.FirstID.String()+"/submitted", "", "Authorization", demo)
	const want = `{"Executable":"/bin/echo","Arguments":["'$HOME'","a"],"Tags":["t"],"Resources":{"TotalCPUs":"2"},"Imports":[{"To":"f","Data":"***"}]}`
	if got := strings.TrimSpace(w.Body.String()); got != want {
		t.Errorf("%d %s\nwant %s", w.Code, got, want)
	}
}

// What the jobs service refuses is called as the client called it.
func TestRefusalsNameTheClientsKeys(t *testing.T) {
	t.Parallel()
	refusal := fault.New(fault.Unsupported, "job.not_offered", "Not offered.").WithStatus(501).
		WithField("imports[0].from", "a").WithField("resources.cpus", "b").WithField("pre.script", "c")
	h := serve(t, unicore.Deps{Backend: backendtest.New(&backendtest.Jobs{Err: refusal}, &backendtest.Files{}), Sessions: sessions{}})
	w := ask(h, "POST", "/jobs", `{"Executable": "date"}`, "Authorization", demo)
	if want := "Not offered. Imports[0].From: a; Resources.TotalCPUs: b; User precommand: c"; w.Code != 501 || !strings.Contains(w.Body.String(), want) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
