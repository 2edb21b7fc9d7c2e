package keeper

import (
	"log"
	"math"
	"os"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/tree"
)

// sweepTime bounds the hunt for the orphans of a run.
const sweepTime = 3 * time.Second

// orphans are the keeper's children that are no leaders of runs: it is the
// subreaper of all, so that whoever loses a parent becomes its child.
func (k *Keeper) orphans() (pids []int) {
	k.forks.Lock()
	defer k.forks.Unlock()
	for _, pid := range tree.Children(os.Getpid()) {
		if k.byPID[pid] == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// started are the runs whose leader lives.
func (k *Keeper) started() (runs []*run) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, r := range k.runs {
		r.mu.Lock()
		if r.pid != 0 {
			runs = append(runs, r)
		}
		r.mu.Unlock()
	}
	return runs
}

// begins notes when the run is started.
func (r *run) begins() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.born = tree.Now()
}

// oldest is when the first of the runs that have not ended was started.
func (k *Keeper) oldest() uint64 {
	k.mu.Lock()
	defer k.mu.Unlock()
	first := uint64(math.MaxUint64)
	for _, r := range k.runs {
		r.mu.Lock()
		select {
		case <-r.gone:
		default:
			if r.born > 0 {
				first = min(first, r.born)
			}
		}
		r.mu.Unlock()
	}
	return first
}

// sweepOrphans kills what an ended run has left: as parents die, their
// children come up here. What has cleaned its environment tells no more whose
// it is, and ends with the last of the runs that it may belong to.
func (r *run) sweepOrphans() {
	mark := r.k.mark(r.key)
	for give := time.Now().Add(sweepTime); ; {
		doomed := 0
		for _, pid := range r.k.orphans() {
			of := tree.MarkOf(pid)
			if of == mark || of == "" && tree.Born(pid) < r.k.oldest() {
				tree.End(pid, give)
				doomed++
			}
		}
		if doomed == 0 {
			return
		}
		if time.Now().After(give) {
			log.Printf("run %s: %d processes that it left will not die", r.key, doomed)
			return
		}
	}
}

// killStrays kills the orphans that do not tell whose they are, if they are
// more than one run may have.
func (k *Keeper) killStrays(most int) {
	var strays []int
	n := 0
	for _, pid := range k.orphans() {
		if tree.MarkOf(pid) == "" {
			strays = append(strays, pid)
			n += 1 + len(tree.Below(pid))
		}
	}
	if n <= most {
		return
	}
	log.Printf("%d processes do not tell whose they are: they are killed", n)
	for _, pid := range strays {
		tree.End(pid, time.Now())
	}
}
