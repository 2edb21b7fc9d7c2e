package keeper

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// reaper waits for children for ever: the leaders of runs, and what was
// orphaned below them, for the keeper is a subreaper.
func (k *Keeper) reaper() {
	for {
		pid, err := nextZombie()
		switch err {
		case nil:
			k.reapOne(pid)
		case unix.ECHILD:
			<-k.forked
		}
	}
}

func (k *Keeper) reapOne(pid int) {
	k.forks.Lock()
	r := k.byPID[pid]
	delete(k.byPID, pid)
	k.forks.Unlock()
	if r != nil {
		r.reap(pid)
		return
	}
	_, _ = unix.Wait4(pid, nil, 0, nil)
}

// childInfo is siginfo_t as waitid fills it in, on 64-bit Linux.
type childInfo struct {
	signo, errno, code, _ int32
	pid                   int32
	_                     [128 - 5*4]byte
}

// nextZombie waits for a child that has ended, and leaves it a zombie.
func nextZombie() (int, error) {
	var info childInfo
	err := unix.Waitid(unix.P_ALL, 0, (*unix.Siginfo)(unsafe.Pointer(&info)), unix.WEXITED|unix.WNOWAIT, nil)
	return int(info.pid), err
}
