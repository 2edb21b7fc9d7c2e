package core4

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/gateway/internal/follow"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// kindStream tells a client of the jobs of one kind: as they are, and each
// time that one changes.
type kindStream struct {
	d       *door
	ctx     context.Context // of who asks
	name    string
	sse     *sse
	jobs    map[id.ID]bool // those of the kind
	changed map[id.ID]bool
	begun   bool
}

// followKind is GET /jobs/poll/{name}.
func (d *door) followKind(c *app.Call, name string) error {
	switch _, ok := d.Jobs[name]; {
	case !ok:
		return app.Error(http.StatusNotFound, "job [%s] not found", name)
	case !c.Perms.Job(name, false):
		return app.ErrDenied
	}
	if head, err := d.headOnly(c); head {
		return err
	}
	ctx, cancel := d.lasting(c)
	defer cancel()
	k := &kindStream{d: d, ctx: overlooking(c, ctx), name: name, sse: d.stream(c), jobs: map[id.ID]bool{}, changed: map[id.ID]bool{}}
	err := d.Events.Follow(ctx, follow.Query{All: true}, k)
	if !k.begun {
		return err
	}
	return nil // the answer has begun; the client comes back
}

// Event notes what has changed. What kind a job is of its first event says.
func (k *kindStream) Event(_ follow.Cursor, e es.Event) error {
	_, n, ok := jobsapi.ParseTopic(e.Topic)
	if !ok {
		return nil
	}
	if e.Type == jobsapi.EventSubmitted {
		var first struct {
			Spec jobsapi.Spec `json:"spec"`
		}
		if json.Unmarshal(e.Data, &first) == nil && jobdef.NameOf(jobsapi.Job{Spec: first.Spec}) == k.name {
			k.jobs[n] = true
		}
	}
	if k.jobs[n] {
		k.changed[n] = true
	}
	return nil
}

// Gap is nothing to a client who is told how jobs are.
func (k *kindStream) Gap(follow.Cursor) error { return nil }

// Pause tells of what has changed; at first, when nothing is missed any more,
// of every job that has not ended.
func (k *kindStream) Pause(follow.Cursor) error {
	if !k.begun {
		_, err := k.d.Backend.EachJob(k.ctx, jobsapi.ListRequest{All: true, Names: []string{k.name}}, maxSeen, func(j jobsapi.Job) {
			if jobdef.NameOf(j) == k.name {
				k.jobs[j.ID] = true
				k.changed[j.ID] = k.changed[j.ID] || !j.State.Ended()
			}
		})
		if err != nil {
			return err
		}
		k.begun = true
		if err := k.sse.c.Flush(); err != nil {
			return err
		}
	}
	for _, n := range slices.Sorted(maps.Keys(k.changed)) {
		if err := k.update(n); err != nil {
			return err
		}
	}
	clear(k.changed)
	return k.sse.ping()
}

func (k *kindStream) update(n id.ID) error {
	if !k.changed[n] {
		return nil
	}
	j, err := k.d.Backend.Jobs.Get(k.ctx, jobsapi.GetRequest{ID: n})
	if fault.Is(err, fault.Missing) { // removed
		delete(k.jobs, n)
		return nil
	}
	if err != nil {
		return err
	}
	return k.sse.event("update", "", jobDocument(j, k.d.Now()).older())
}
