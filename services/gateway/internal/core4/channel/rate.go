package channel

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/heddle-dev/heddle/pkg/who/remember"
)

// rates bound how much each user says at this gateway, over all their
// websockets and those that they open anew.
type rates struct {
	limit rate.Limit
	burst int

	mu    sync.Mutex
	users *remember.Memory[string, *rate.Limiter]
}

// maxSpeakers bounds the users that are remembered.
const maxSpeakers = 10_000

func newRates(l Limits, now func() time.Time) *rates {
	return &rates{limit: rate.Limit(float64(l.Rate) / 60), burst: l.Burst, users: remember.New[string, *rate.Limiter](maxSpeakers, now)}
}

// allow takes one message of a user's allowance, if there is one. A user who has
// their whole allowance again is forgotten.
func (r *rates) allow(user string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	l, ok := r.users.Get(user)
	if !ok {
		l = rate.NewLimiter(r.limit, r.burst)
	}
	r.users.Put(user, l, now.Add(time.Duration(float64(r.burst)/float64(r.limit)*float64(time.Second))+time.Second))
	return l.AllowN(now, 1)
}
