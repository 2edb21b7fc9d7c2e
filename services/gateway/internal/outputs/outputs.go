// Package outputs lets any number of people follow what running jobs write.
// It is separate because they share: however many follow a file, one reader
// looks whether it has grown, and what it finds goes to all.
package outputs

import (
	"context"
	"log/slog"
	"net/http"
	"path"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Jobs tells how a job is, and who may read it; jobsapi.Service does.
type Jobs interface {
	Get(context.Context, jobsapi.GetRequest) (jobsapi.Job, error)
	Access(context.Context, jobsapi.AccessRequest) (jobsapi.Access, error)
}

// Bytes answers with a file or a range of it; backend.Bytes does.
type Bytes interface {
	Get(http.ResponseWriter, *http.Request, filesapi.Path) error
}

// Config is what a hub works with.
type Config struct {
	Jobs  Jobs
	Bytes Bytes
	Log   *slog.Logger
	// Tick is how often a file is looked at that grows; default 200 ms. One
	// that does not grow is looked at less often, up to five times.
	Tick time.Duration
	// Keep is how many bytes are kept of the end of each followed file, for
	// those who come later or are slower; default 256 KiB. Who wants older ones
	// gets them from the files service.
	Keep int
}

// Hub has the readers.
type Hub struct {
	cfg     Config
	mu      sync.Mutex
	readers map[key]*reader
}

// key names a file of a job.
type key struct {
	job  id.ID
	file string
}

// New returns a hub. It does nothing as long as nobody follows.
func New(cfg Config) *Hub {
	if cfg.Tick <= 0 {
		cfg.Tick = 200 * time.Millisecond
	}
	if cfg.Keep <= 0 {
		cfg.Keep = 256 << 10
	}
	return &Hub{cfg: cfg, readers: map[key]*reader{}}
}

// join returns the reader of a file, which is started if there is none.
func (h *Hub) join(j jobsapi.Job, file string) *reader {
	h.mu.Lock()
	defer h.mu.Unlock()
	k := key{j.ID, file}
	r := h.readers[k]
	if r == nil || r.failed() {
		ctx, cancel := context.WithCancel(asOwner(context.Background(), j))
		r = &reader{h: h, key: k, file: fileOf(j, file), cancel: cancel, job: j, changed: make(chan struct{})}
		h.readers[k] = r
		go r.run(ctx)
	}
	r.followers++
	return r
}

// leave ends a reader that nobody needs any more.
func (h *Hub) leave(r *reader) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.followers--; r.followers > 0 {
		return
	}
	r.cancel()
	if h.readers[r.key] == r {
		delete(h.readers, r.key)
	}
}

// asOwner acts for the job's owner. Whoever gets what it reads has shown that they
// may read the job (see right).
func asOwner(ctx context.Context, j jobsapi.Job) context.Context {
	return who.With(ctx, who.Principal{ID: j.Owner, Name: j.OwnerName, Group: j.Group, Method: "component"})
}

// fileOf is where a file of a job's working directory lies.
func fileOf(j jobsapi.Job, file string) filesapi.Path {
	return filesapi.Path{Storage: j.Storage(), Path: path.Join(j.Dir(), file)}
}
