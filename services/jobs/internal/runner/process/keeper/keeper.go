// Package keeper is the process that starts a runner's jobs and waits for
// them. It is a process of its own so that jobs outlive the runner with
// their exit codes and their limits; it is the runner's own binary, started
// once for all jobs, because one for each would cost as much as a short
// job itself.
//
// A keeper has a directory: a lock that it holds as long as it lives, a
// journal for the case that it is killed, and a socket. One connection at a
// time owns it; a new one takes over, and from then on no start of the old
// one begins. Without an owner a keeper ends as soon as its last run has.
package keeper

import (
	"errors"
	"log"
	"net"
	"os"
	"path/filepath"
	"sync"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

var errSuperseded = errors.New("another runner has taken over")

// Keeper is the state of a keeper process.
type Keeper struct {
	dir  string
	lock *os.File

	mu      sync.Mutex
	cfg     *Config
	watched sync.Once
	owner   *session // nil: the runner is gone
	runs    map[executor.Key]*run
	live    int // runs that have not ended
	journal *journal
	idle    chan struct{} // closed when there is neither owner nor live run
	over    bool

	forks  sync.Mutex // held from a fork until its pid is known
	byPID  map[int]*run
	forked chan struct{} // holds one token after a fork
}

func open(dir string) (*Keeper, error) {
	lock, err := Lock(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, err
	}
	j, err := openJournal(dir)
	if err != nil {
		lock.Close()
		return nil, err
	}
	return &Keeper{dir: dir, lock: lock, journal: j, runs: map[executor.Key]*run{}, byPID: map[int]*run{},
		idle: make(chan struct{}), forked: make(chan struct{}, 1)}, nil
}

// mark is what the marker variable of a run's processes holds.
func (k *Keeper) mark(key executor.Key) string { return Mark(k.dir, key) }

// Mark is what the marker variable of the processes of a run holds that the
// keeper of this directory has started.
func Mark(dir string, key executor.Key) string { return filepath.Base(dir) + "/" + key.String() }

// greet makes a session the owner.
func (k *Keeper) greet(s *session, cfg *Config) []executor.Key {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.owner != nil && k.owner != s {
		k.owner.conn.Close()
	}
	k.owner = s
	if k.cfg == nil && cfg != nil {
		k.cfg = cfg
		k.confine()
	}
	keys := make([]executor.Key, 0, len(k.runs))
	for key := range k.runs {
		keys = append(keys, key)
	}
	return keys
}

// leave tells that a session's connection is gone.
func (k *Keeper) leave(s *session) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.owner == s {
		k.owner = nil
	}
	k.rest()
}

// rest ends the keeper if nobody needs it. The caller holds mu.
func (k *Keeper) rest() {
	if k.owner == nil && k.live == 0 && !k.over {
		k.over = true
		close(k.idle)
	}
}

// claim enters a run that the owner starts now. After it the run may have
// been started; before it, it has not.
func (k *Keeper) claim(s *session, r *run) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.owner != s || k.over:
		return errSuperseded
	case k.runs[r.key] != nil:
		return errors.New("it is started already")
	}
	if err := k.journal.append(claimLine(r.key)); err != nil {
		return err
	}
	k.runs[r.key] = r
	k.live++
	return nil
}

// note writes a line, and says so in the log if that fails: the keeper still
// knows what it says.
func (k *Keeper) note(line string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.journal.append(line); err != nil {
		log.Printf("the journal cannot be written: %v", err)
	}
}

// ended counts a run out.
func (k *Keeper) ended() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.live--
	k.rest()
}

// forget takes a run off the books; the journal is written anew when it has
// grown long.
func (k *Keeper) forget(key executor.Key) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.runs[key] == nil {
		return
	}
	delete(k.runs, key)
	err := k.journal.append(forgetLine(key))
	if k.journal.long() {
		err = errors.Join(err, k.journal.rewrite(k.lines()))
	}
	if err != nil {
		log.Printf("the journal cannot be written: %v", err)
	}
}

// lines tell all that is known. The caller holds mu.
func (k *Keeper) lines() []string {
	var lines []string
	for key, r := range k.runs {
		lines = append(lines, claimLine(key))
		lines = append(lines, r.lines()...)
	}
	return lines
}

func (k *Keeper) find(key executor.Key) (*run, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r := k.runs[key]
	if r == nil {
		return nil, errors.New("there is no such run")
	}
	return r, nil
}

// accept serves connections until the keeper is idle.
func (k *Keeper) accept(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		go k.serve(&session{k: k, conn: conn})
	}
}
