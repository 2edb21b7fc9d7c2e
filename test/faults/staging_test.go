//go:build faults

package faults

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// counted is a server outside. It counts the requests of each path, and keeps
// its first answers on /held back, until whoever asked is gone.
type counted struct {
	*httptest.Server
	mu   sync.Mutex
	asks map[string]int
	held chan string // what came first to /held, by method
}

func newCounted(t *testing.T) *counted {
	t.Helper()
	o := &counted{asks: map[string]int{}, held: make(chan string, 10)}
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	return o
}

func (o *counted) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	o.mu.Lock()
	o.asks[r.Method+" "+r.URL.Path]++
	first := o.asks[r.Method+" "+r.URL.Path] == 1
	o.mu.Unlock()
	if r.URL.Path == "/held" && first {
		o.held <- r.Method
		<-r.Context().Done()
		return
	}
	if r.Method == http.MethodPut {
		o.mu.Lock()
		o.asks["body "+string(body)]++
		o.mu.Unlock()
		w.WriteHeader(http.StatusCreated)
		return
	}
	fmt.Fprint(w, r.URL.Path)
}

// TestKilledWhileFilesAreCarried kills what carries a job's files in the midst
// of bringing them and of sending them: both replicas of jobs, then files. Each
// file arrives, what had arrived before is not brought again, and the job goes on.
func TestKilledWhileFilesAreCarried(t *testing.T) {
	for _, victims := range [][]string{{"jobs-1", "jobs-2"}, {"files"}} {
		t.Run(victims[0], func(t *testing.T) {
			s, o := split(t), newCounted(t)
			c := patient(t, s.Gateway(1))
			id := c.submit(t, "staged", object{
				"executable": "/bin/sh", "arguments": []string{"-c", "cat a b c > out; cp out again"},
				"imports": []object{{"from": o.URL + "/a", "to": "a"}, {"from": o.URL + "/held", "to": "b"}, {"from": o.URL + "/c", "to": "c"}},
				"exports": []object{{"from": "out", "to": o.URL + "/out"}, {"from": "again", "to": o.URL + "/held"}},
			})
			for _, stage := range []string{http.MethodGet, http.MethodPut} {
				if method := within(t, o.held); method != stage {
					t.Fatalf("%s came instead of %s", method, stage)
				}
				for _, v := range victims {
					s.Part(v).Kill()
				}
				for _, v := range victims {
					if err := s.Start(v); err != nil {
						t.Fatal(err)
					}
				}
				for _, v := range victims {
					if err := s.Ready(v, 30*time.Second); err != nil {
						t.Fatal(err)
					}
				}
			}
			if j := c.ended(t, id); j.State != "succeeded" {
				t.Errorf("%s because %q", j.State, j.Reason)
			}
			o.mu.Lock()
			defer o.mu.Unlock()
			if o.asks["GET /a"] != 1 || o.asks["GET /c"] != 1 || o.asks["PUT /out"] != 1 || o.asks["body /a/held/c"] != 2 {
				t.Errorf("asked %v", o.asks)
			}
		})
	}
}

func within(t *testing.T, held chan string) string {
	t.Helper()
	select {
	case method := <-held:
		return method
	case <-time.After(time.Minute):
		t.Fatal("nothing was carried")
		return ""
	}
}
