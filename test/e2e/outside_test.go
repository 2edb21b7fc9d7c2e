package e2e

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// outside is a server that the installation knows nothing of: it has a file of
// every name, takes every file, and keeps back its answer on /held/ until the
// test lets it go.
type outside struct {
	*httptest.Server
	mu    sync.Mutex
	taken map[string]string // by path
	shown map[string]string // Authorization by path
	gate  chan struct{}
	held  chan string // paths that wait at the gate
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{taken: map[string]string{}, shown: map[string]string{}, gate: make(chan struct{}), held: make(chan string, 100)}
	o.Server = httptest.NewServer(o)
	t.Cleanup(o.Close)
	return o
}

// let lets all that is held go on.
func (o *outside) let() { close(o.gate) }

func (o *outside) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	o.mu.Lock()
	o.shown[r.URL.Path] = r.Header.Get("Authorization")
	o.mu.Unlock()
	if strings.HasPrefix(r.URL.Path, "/held/") {
		o.held <- r.URL.Path
		select {
		case <-o.gate:
		case <-r.Context().Done():
			return
		}
	}
	switch {
	case strings.HasPrefix(r.URL.Path, "/gone/"):
		http.NotFound(w, r)
	case strings.HasPrefix(r.URL.Path, "/locked/") && r.Header.Get("Authorization") == "":
		http.Error(w, "who are you?", http.StatusUnauthorized)
	case r.Method == http.MethodPut:
		o.mu.Lock()
		o.taken[r.URL.Path] = string(body)
		o.mu.Unlock()
		w.WriteHeader(http.StatusCreated)
	default:
		_, _ = io.WriteString(w, "content of "+r.URL.Path)
	}
}

// was is what came to a path, and who came with it.
func (o *outside) was(path string) (content, authorization string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.taken[path], o.shown[path]
}
