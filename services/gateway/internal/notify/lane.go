package notify

import (
	"context"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/pause"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// maxOpen bounds the commits that wait with something to tell, of all jobs. At
// that many the journal is read no further.
const maxOpen = 50_000

// lanes are the jobs with something to tell, each with its commits in order.
type lanes struct {
	*Notifier
	ctx    context.Context
	limits *limits
	settle func(seq uint64)
	room   chan struct{} // of maxOpen
	loads  chan struct{} // reads of the journal at once

	mu   sync.Mutex
	jobs map[string][]due // by topic
	all  sync.WaitGroup
}

// due is a commit with something to tell.
type due struct {
	seq   uint64
	taken time.Time // when this gateway took it on
}

func newLanes(ctx context.Context, n *Notifier, settle func(uint64)) *lanes {
	return &lanes{Notifier: n, ctx: ctx, limits: newLimits(n.Config), settle: settle,
		room: make(chan struct{}, maxOpen), loads: make(chan struct{}, 16), jobs: map[string][]due{}}
}

// add puts a commit into its job's lane. It waits for room.
func (l *lanes) add(ctx context.Context, topic string, seq uint64) error {
	select {
	case l.room <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, runs := l.jobs[topic]; !runs {
		l.all.Go(func() { l.run(topic) })
	}
	l.jobs[topic] = append(l.jobs[topic], due{seq, time.Now()})
	return nil
}

// wait returns when all lanes have ended, as they do soon after their context.
func (l *lanes) wait() { l.all.Wait() }

// run tells a job's notices until there are no more.
func (l *lanes) run(topic string) {
	for l.ctx.Err() == nil {
		l.mu.Lock()
		waiting := l.jobs[topic]
		if len(waiting) == 0 {
			delete(l.jobs, topic)
			l.mu.Unlock()
			return
		}
		l.jobs[topic] = waiting[1:]
		l.mu.Unlock()
		if l.tellAll(topic, waiting[0]) {
			l.settle(waiting[0].seq)
		}
		<-l.room
	}
}

// tellAll tells what is due by a commit; false: it could not, since it had to
// end. Of notices that are the same to their receiver, one is told.
func (l *lanes) tellAll(topic string, d due) bool {
	commits, err := l.load(topic)
	if err != nil {
		return false
	}
	var last string
	for _, n := range jobsapi.Notices(commits, d.seq) {
		m, err := l.Form(n)
		if err != nil {
			l.Log.WarnContext(l.ctx, "a job's notification cannot be written", "job", n.Job.ID, "err", err)
			continue
		}
		if text := string(m.Body); text != last {
			last = text
			if !l.tell(n, m, d.taken.Add(l.GiveUp)) {
				return false
			}
		}
	}
	return true
}

// load reads a job's commits, and tries for as long as it may.
func (l *lanes) load(topic string) (commits []es.Recorded, err error) {
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 5*time.Second) {
		select {
		case l.loads <- struct{}{}:
		case <-l.ctx.Done():
			return nil, l.ctx.Err()
		}
		commits, err = l.Journal.Load(l.ctx, topic, 0)
		<-l.loads
		if err == nil || l.ctx.Err() != nil {
			return commits, err
		}
		if err := pause.For(l.ctx, wait); err != nil {
			return nil, err
		}
	}
}
