package rest_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

type benchRequest struct {
	ID    string `path:"id"`
	Limit int    `query:"limit" default:"20"`
	State string `arg:"state" default:"any"`
}

type benchAnswer struct {
	ID    string `json:"id"`
	Owner string `json:"owner"`
	Limit int    `json:"limit"`
	State string `json:"state"`
}

const (
	benchTarget = "/api/jobs/0000000000a?limit=7&state=done"
	benchBytes  = `{"id":"0000000000a","owner":"alice","limit":7,"state":"done"}` + "\n"
)

var errBench = fault.New(fault.Unauthenticated, "bench.unknown", "Who are you?")

// typedBench is a typed route with everything around it, and authentication.
func typedBench(t testing.TB) http.Handler {
	tokens := map[string]who.Principal{"Bearer 4711": {ID: "alice", Name: "Alice", Groups: []string{"users"}}}
	return server(t, rest.Container{Root: "/api",
		Authenticate: func(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
			if p, ok := tokens[r.Header.Get("Authorization")]; ok {
				return p, nil
			}
			return who.Principal{}, errBench
		},
		Routes: []rest.Route{rest.Handle("GET /jobs/{id}", who.Authenticated, titled, func(ctx context.Context, q benchRequest) (benchAnswer, error) {
			return benchAnswer{q.ID, who.From(ctx).ID, q.Limit, q.State}, nil
		})}})
}

// bareBench is the yardstick: the same bytes for everybody.
func bareBench(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write([]byte(benchBytes))
}

func benchAsk(base string) *http.Request {
	r := httptest.NewRequest("GET", base+benchTarget, nil)
	r.RequestURI = ""
	r.Header.Set("Authorization", "Bearer 4711")
	return r
}

// overHTTP sends requests over connections, as clients do. What is to be compared
// are the figures of two handlers in one run: make bench does that.
func overHTTP(b *testing.B, h http.Handler) {
	front := httptest.NewServer(h)
	defer front.Close()
	client := front.Client()
	client.Transport.(*http.Transport).MaxIdleConnsPerHost = 64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			resp, err := client.Do(benchAsk(front.URL))
			if err != nil {
				b.Error(err)
				return
			}
			body, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if string(body) != benchBytes {
				b.Errorf("%d %s %v", resp.StatusCode, body, err)
				return
			}
		}
	})
}

func BenchmarkTyped(b *testing.B)   { overHTTP(b, typedBench(b)) }
func BenchmarkNetHTTP(b *testing.B) { overHTTP(b, http.HandlerFunc(bareBench)) }

// What a typed route with authentication allocates beside a bare handler is
// what it costs beside one: it shall not creep up.
func TestTypedRoutesAllocateLittle(t *testing.T) {
	count := func(h http.Handler) float64 {
		return testing.AllocsPerRun(200, func() {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, benchAsk("http://test"))
			if w.Body.String() != benchBytes {
				t.Fatalf("%d %s", w.Code, w.Body)
			}
		})
	}
	const most = 45
	if more := count(typedBench(t)) - count(http.HandlerFunc(bareBench)); more > most {
		t.Errorf("%.0f allocations more than net/http, at most %d are expected", more, most)
	} else {
		t.Logf("%.0f allocations more than net/http", more)
	}
}
