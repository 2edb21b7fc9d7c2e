package native_test

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
	"github.com/heddle-dev/heddle/services/gateway/internal/native"
	"github.com/heddle-dev/heddle/services/gateway/internal/revocation"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// lasting is a gateway in a bubble: the event hub and the set of revocations
// over journals in memory, and a job on which nothing ever happens.
type lasting struct {
	*revocation.Set
	handler http.Handler
	journal *esmem.Store // the auth service's
	facts   who.Facts
	inner   http.Handler
}

func (l *lasting) TLS() *tls.Config { return &tls.Config{} }

func (l *lasting) Revocations(context.Context, authapi.Empty) (authapi.Revocations, error) {
	return authapi.Revocations{}, nil
}

func (l *lasting) AnnounceSite(context.Context, authapi.SiteKey) (authapi.Empty, error) {
	return authapi.Empty{}, nil
}

func (l *lasting) Prove(edge.Door, *http.Request) (edge.Proven, error) {
	return edge.Proven{Principal: who.Principal{ID: l.facts.User}, Facts: l.facts}, l.Check(l.facts)
}

func (l *lasting) ServeHTTP(w http.ResponseWriter, r *http.Request) { l.inner.ServeHTTP(w, r) }

// still is a jobs service whose one job stays as it is.
type still struct{ jobsapi.Service }

func (still) Get(ctx context.Context, q jobsapi.GetRequest) (jobsapi.Job, error) {
	if q.Wait == 0 {
		return jobsapi.Job{ID: q.ID, Version: 3}, nil
	}
	<-ctx.Done()
	return jobsapi.Job{}, ctx.Err()
}

// open begins a request and returns its answer when it is over.
func (l *lasting) open(path string) <-chan *httptest.ResponseRecorder {
	over := make(chan *httptest.ResponseRecorder, 1)
	go func() {
		w := httptest.NewRecorder()
		l.handler.ServeHTTP(w, httptest.NewRequest("GET", "/api/v1"+path, nil))
		over <- w
	}()
	synctest.Wait()
	return over
}

func inBubble(t *testing.T, test func(t *testing.T, l *lasting)) {
	t.Helper()
	t.Parallel()
	l := &lasting{}
	server, err := edge.New(edge.Config{ // its port is outside
		Listen: []string{"127.0.0.1:0"}, Handler: l, TLS: l, Log: logx.Discard(),
		Bind: func(f who.Facts, end context.CancelCauseFunc) func() { return l.Bind(f, end) },
	})
	if err != nil {
		t.Fatal(err)
	}
	l.handler = server
	over, end := context.WithCancel(t.Context())
	end()
	defer server.Run(over) // closes the port
	synctest.Test(t, func(t *testing.T) {
		l.journal, l.Set = esmem.New(), revocation.New(l, logx.Discard())
		hub := follow.NewHub(follow.Config{Store: esmem.New(), Log: logx.Discard()})
		inner, err := rest.NewServer(logx.Discard(), native.Container(native.Deps{
			Backend: backend.Backend{Jobs: still{}}, Events: hub, Prover: l, URLs: func(*http.Request) string { return "http://x" },
		}))
		if err != nil {
			t.Fatal(err)
		}
		l.inner = inner
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go l.Run(ctx, l.journal)
		go hub.Run(ctx)
		synctest.Wait()
		test(t, l)
		stop()
		synctest.Wait()
	})
}

// takes gives the answer of a request, which must end within a time.
func takes(t *testing.T, over <-chan *httptest.ResponseRecorder, most time.Duration) *httptest.ResponseRecorder {
	t.Helper()
	begin := time.Now()
	select {
	case w := <-over:
		if d := time.Since(begin); d > most {
			t.Errorf("it went on for %v", d)
		}
		return w
	case <-time.After(time.Hour):
		t.Error("it does not end")
		return httptest.NewRecorder()
	}
}

func TestWhatIsOpenEndsWhenTheCredentialIsRevoked(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lasting) {
		l.facts = who.Facts{User: "u1"}
		stream, wait := l.open("/events"), l.open("/jobs/0f3k9m2p1qs?wait=30s")
		time.Sleep(20 * time.Second)
		select {
		case w := <-stream:
			t.Fatalf("the stream ended by itself: %s", w.Body)
		case w := <-wait:
			t.Fatalf("the wait ended by itself: %s", w.Body)
		default:
		}
		if _, err := l.journal.Append(t.Context(), authapi.UserTopic("u1"), 0, es.Commit{Command: "c", Events: []es.Event{{
			ID: "c.0", Type: "auth.user.disabled.v1", Source: "/auth", Subject: "user/u1", Time: time.Now(), Data: []byte(`{}`)}}}); err != nil {
			t.Fatal(err)
		}
		if w := takes(t, stream, 2*time.Second); !strings.HasSuffix(w.Body.String(), "event: end\ndata: {\"reason\":\"credentials\"}\n\n") {
			t.Errorf("the stream: %d %s", w.Code, w.Body)
		}
		if w := takes(t, wait, 2*time.Second); w.Code != 401 || !strings.Contains(w.Body.String(), "credentials.revoked") {
			t.Errorf("the wait: %d %s", w.Code, w.Body)
		}
		if w := takes(t, l.open("/events"), 0); w.Code != 401 {
			t.Errorf("afterwards: %d %s", w.Code, w.Body)
		}
	})
}

func TestWhatIsOpenEndsWhenTheCredentialExpires(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lasting) {
		l.facts = who.Facts{User: "u1", Expires: time.Now().Add(10 * time.Second)}
		stream, wait := l.open("/events"), l.open("/jobs/0f3k9m2p1qs?wait=30s")
		time.Sleep(10*time.Second - 1)
		if len(stream)+len(wait) > 0 {
			t.Fatal("ended before the time")
		}
		if w := takes(t, stream, time.Second); !strings.Contains(w.Body.String(), `{"reason":"credentials"}`) {
			t.Errorf("the stream: %d %s", w.Code, w.Body)
		}
		if w := takes(t, wait, time.Second); w.Code != 401 || !strings.Contains(w.Body.String(), "credentials.expired") {
			t.Errorf("the wait: %d %s", w.Code, w.Body)
		}
	})
}

// Whose client has gone is told nothing.
func TestWhatIsOpenEndsQuietlyWithoutItsClient(t *testing.T) {
	inBubble(t, func(t *testing.T, l *lasting) {
		l.facts = who.Facts{User: "u1"}
		ctx, leave := context.WithCancel(t.Context())
		w := httptest.NewRecorder()
		over := make(chan *httptest.ResponseRecorder, 1)
		go func() {
			l.handler.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/api/v1/events", nil))
			over <- w
		}()
		synctest.Wait()
		leave()
		if w := takes(t, over, 0); strings.Contains(w.Body.String(), "event: end") {
			t.Errorf("%s", w.Body)
		}
	})
}
