package gateway_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/services/gateway"
	"github.com/heddle-dev/heddle/services/gateway/internal/notify"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// told is a notification as its receiver got it.
type told struct {
	path, contentType, token string
	body                     []byte
}

// receiver takes notifications.
type receiver struct {
	*httptest.Server
	came chan told
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{came: make(chan told, 10_000)}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, err := io.ReadAll(req.Body)
		if err != nil || req.Method != http.MethodPost {
			t.Errorf("%s, %v", req.Method, err)
		}
		token, _ := strings.CutPrefix(req.Header.Get("Authorization"), "Bearer ")
		r.came <- told{req.URL.Path, req.Header.Get("Content-Type"), token, body}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) next(t *testing.T) told {
	t.Helper()
	select {
	case n := <-r.came:
		return n
	case <-time.After(time.Minute):
		t.Fatal("nothing was told within a minute")
		return told{}
	}
}

// telling starts everything with a gateway that may reach the places.
func telling(t *testing.T, log *slog.Logger, places ...string) *client {
	t.Helper()
	h := start(t)
	h.stop()
	g, err := gateway.New(gateway.Config{Listen: []string{"127.0.0.1:0"}, Issuer: issuer, DataDir: filepath.Join(h.dir, "gateway"), Drain: 2 * time.Second,
		Outbound: outbound.Config{Allow: places}, Notify: notify.Config{Rate: 1_000_000}}, gateway.Deps{NATS: h.nats.Conn(t), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	begin(t, g)
	ready(t, g)
	return newClient(t, g, "demouser", "test123")
}

// U4 5.5: [client] Notification; the token verifies with the server's certificate.
func TestNotificationsOfUNICOREsJobs(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	c := telling(t, slog.New(slog.DiscardHandler), "127.0.0.1")
	for description, want := range map[string][]string{
		`{"Executable": "true", "Notification": "@"}`: {`{"status":"RUNNING","statusMessage":""}`, `{"exitCode":0,"status":"SUCCESSFUL","statusMessage":""}`},
		`{"Executable": "exit 3", "NotificationSettings": {"URL": "@", "status": ["FAILED"], "bssStatus": ["CONFIGURING"]}}`: {
			`{"exitCode":3,"status":"FAILED","statusMessage":"The job exited with code 3."}`},
		`{"Executable": "true", "haveClientStageIn": true, "NotificationSettings": {"URL": "@", "status": ["READY"]}}`: {`{"status":"READY","statusMessage":""}`},
	} {
		sent := strings.Replace(description, "@", r.URL+"/there", 1)
		path := c.unicoreAt(unicoreJobs, sent)
		for _, w := range want {
			n := r.next(t)
			var got map[string]any
			if err := json.Unmarshal(n.body, &got); err != nil || n.path != "/there" || n.contentType != "application/json" {
				t.Fatalf("%+v: %v", n, err)
			}
			if href := fmt.Sprint(got["href"]); !strings.HasSuffix(href, path) || !strings.HasPrefix(href, "https://127.0.0.1:") {
				t.Errorf("%s tells of %s", path, href)
			}
			delete(got, "href")
			if text, _ := json.Marshal(got); string(text) != w {
				t.Errorf("%s told %s, not %s", description, text, w)
			}
			c.introduces(n.token, r.URL)
		}
		var shown map[string]any
		c.ok(&shown, "GET", path+"/submitted", "")
		if text, _ := json.Marshal(shown); !strings.Contains(string(text), r.URL+"/there") {
			t.Errorf("submitted was %s", text)
		}
	}
}

// introduces checks a receiver's token: it is the server's, says nothing of
// anybody, is for that receiver alone, and opens nothing here.
func (c *client) introduces(token, receiver string) {
	c.t.Helper()
	cert, claims := tokenSays(c.t, c, token)
	if claims.Audience != receiver || claims.User != "" || claims.Login != "" || claims.Issuer != cert.Subject.String() || claims.Subject != claims.Issuer {
		c.t.Errorf("%+v", claims)
	}
	if life := claims.Expires - claims.Issued; life <= 0 || life > 600 {
		c.t.Errorf("it lives for %v seconds", life)
	}
	nobody := c.as("", "")
	for _, door := range []string{unicoreBase, "/api/v1/jobs", "/jobs"} {
		if a := nobody.send("GET", door, "", "Authorization: Bearer "+token); a.StatusCode != http.StatusUnauthorized {
			c.t.Errorf("with it, %s says %d %s", door, a.StatusCode, a.body)
		}
	}
}

func TestNotificationsOfOurOwnJobs(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	c := telling(t, slog.New(slog.DiscardHandler), "127.0.0.1")
	j := c.submit(`{"name": "n", "executable": "/bin/sh", "arguments": ["-c", "exit 3"], "notify": {"url": "` + r.URL + `/x"}}`)
	for _, want := range []struct{ state, event string }{{"running", jobsapi.EventStarted}, {"failed", jobsapi.EventFailed}} {
		n := r.next(t)
		var got struct {
			SpecVersion, ID, Type, Source, Subject string
			Time                                   time.Time
			Data                                   struct {
				Job, Href, Name, State, Event, Site, Reason string
				ExitCode                                    *int `json:"exit_code"`
			}
		}
		if err := json.Unmarshal(n.body, &got); err != nil || n.contentType != "application/cloudevents+json" {
			t.Fatalf("%+v: %v", n, err)
		}
		if got.SpecVersion != "1.0" || got.ID == "" || got.Type != "heddle.job.notification.v1" || got.Subject != "job/"+j.ID.String() || got.Time.IsZero() ||
			got.Data.Job != j.ID.String() || got.Data.Name != "n" || got.Data.State != want.state || got.Data.Event != want.event || got.Data.Site != "DEMO-SITE" ||
			!strings.HasSuffix(got.Data.Href, "/api/v1/jobs/"+j.ID.String()) || (want.state == "failed") != (got.Data.ExitCode != nil) {
			t.Errorf("%s: %s", want.state, n.body)
		}
	}
}

// Private addresses are out of reach unless the operator says otherwise, and
// the log says why nobody was told.
func TestNotificationsReachNoPrivateAddress(t *testing.T) {
	t.Parallel()
	r, log := newReceiver(t), &safeLog{}
	c := telling(t, slog.New(slog.NewTextHandler(log, nil)))
	j := c.ended(c.submit(`{"executable": "/bin/true", "notify": {"url": "` + r.URL + `/secret-path?key=1", "states": ["succeeded"]}}`).ID.String())
	for deadline := time.Now().Add(time.Minute); !strings.Contains(log.String(), "HEDDLE_OUTBOUND_ALLOW does not allow it"); <-time.After(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the log says %s", log)
		}
	}
	for !slices.ContainsFunc(j.History, func(s jobsapi.Step) bool {
		return strings.HasPrefix(s.Text, "The notification of succeeded was not taken: 127.0.0.1 has a loopback address")
	}) {
		c.ok(&j, "GET", fmt.Sprintf("/api/v1/jobs/%s?wait=20s&after=%d", j.ID, j.Version), "")
	}
	if len(r.came) > 0 || strings.Contains(log.String(), "secret-path") {
		t.Errorf("%d were told; the log says %s", len(r.came), log)
	}
}

// Each of a thousand jobs is told of three states, once each and in order.
func TestAThousandJobsTellAllOnce(t *testing.T) {
	t.Parallel()
	r := newReceiver(t)
	c := telling(t, slog.New(slog.DiscardHandler), "127.0.0.1")
	specs := strings.Repeat(`,{"site": "DEMO-SITE", "executable": "/bin/true", "client_stage_in": true, "notify": {"url": "`+r.URL+`/x", "states": ["submitted", "ready", "aborted"]}}`, jobsapi.MaxBatch)
	const batches = 2
	for range batches {
		c.ok(nil, "POST", "/api/v1/jobs/batch", `{"jobs": [`+specs[1:]+`]}`)
	}
	for done := 0; done < batches*jobsapi.MaxBatch; {
		var some struct{ Done []string }
		c.ok(&some, "POST", "/api/v1/jobs/act", `{"do": "abort", "match": {"state": ["ready"]}}`)
		done += len(some.Done)
	}
	states := map[string][]string{}
	for range 3 * batches * jobsapi.MaxBatch {
		var got struct {
			Data struct{ Job, State string }
		}
		if err := json.Unmarshal(r.next(t).body, &got); err != nil {
			t.Fatal(err)
		}
		states[got.Data.Job] = append(states[got.Data.Job], got.Data.State)
	}
	for job, got := range states {
		if !slices.Equal(got, []string{"submitted", "ready", "aborted"}) {
			t.Errorf("%s was told as %v", job, got)
		}
	}
	if len(states) != batches*jobsapi.MaxBatch || len(r.came) > 0 {
		t.Errorf("%d jobs were told of, and %d more notifications came", len(states), len(r.came))
	}
}

// safeLog is a log that can be read while it is written.
type safeLog struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *safeLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *safeLog) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
