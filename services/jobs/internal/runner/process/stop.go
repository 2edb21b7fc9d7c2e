package process

import (
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// sweepTime bounds the hunt for processes that will not die.
const sweepTime = 3 * time.Second

// Stop asks the whole tree to end, and after the grace makes it.
func (r *run) Stop(reason string) {
	r.stopping.Do(func() {
		select {
		case <-r.ended:
			return // too late to change how it ends
		default:
		}
		r.mu.Lock()
		r.reason = reason
		r.mu.Unlock()
		// For the next instance, should this one die on the way.
		if err := os.WriteFile(r.path+stopSuffix, []byte(reason), 0o600); err != nil {
			r.e.log.Warn("the reason of a stop is not on record", "run", r.key.String(), "err", err)
		}
		go r.stop()
	})
}

func (r *run) stop() {
	r.signal(unix.SIGTERM)
	grace := time.NewTimer(r.e.cfg.Grace)
	defer grace.Stop()
	select {
	case <-r.ended:
	case <-grace.C:
		r.signal(unix.SIGKILL)
	}
}

// signal reaches the run's process group and those who have left it.
func (r *run) signal(s syscall.Signal) {
	select {
	case <-r.ended:
	default:
		r.signalGroup(s)
	}
	for _, pid := range marked(r.mark) {
		if pid != r.pid {
			_ = unix.Kill(pid, s)
		}
	}
}

// signalGroup may be called only while the supervisor is alive or a zombie.
func (r *run) signalGroup(s syscall.Signal) {
	if r.pid > 1 {
		_ = unix.Kill(-r.pid, s)
	}
}

// sweep kills what is left of a run whose supervisor is gone, and returns
// when nothing is alive any more, or after sweepTime.
func (r *run) sweep() {
	give := time.Now().Add(sweepTime)
	for pause := time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		left := marked(r.mark)
		if len(left) == 0 {
			return
		}
		for _, pid := range left {
			_ = unix.Kill(pid, unix.SIGKILL)
		}
		if time.Now().After(give) {
			r.e.log.Error("processes of a run will not die", "run", r.key.String(), "pids", left)
			return
		}
		<-time.After(pause)
	}
}
