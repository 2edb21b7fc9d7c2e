package up

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// sessions is the session store inside the process: it speaks Redis, keeps
// nothing on disk, and is meant for some ten thousand sessions.
type sessions struct {
	redis    *miniredis.Miniredis
	password string
}

func startSessions() (*sessions, error) {
	r, err := miniredis.Run()
	if err != nil {
		return nil, err
	}
	s := &sessions{r, rand.Text()}
	r.RequireAuth(s.password) // other users of the machine can reach loopback
	return s, nil
}

func (s *sessions) url() string { return "redis://:" + s.password + "@" + s.redis.Addr() + "/0" }

// run lets time pass in the store, which has no clock of its own.
func (s *sessions) run(ctx context.Context) error {
	defer s.redis.Close()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			s.redis.FastForward(time.Second)
		}
	}
}
