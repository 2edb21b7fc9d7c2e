package process

import (
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// record is what a journal says of one run.
type record struct {
	claimed  bool
	pid      int       // of the supervisor
	deadline time.Time // zero: no wall-time limit
	code     *int      // the command's exit code, once it has ended
}

// records are the runs of a journal that are not forgotten.
type records map[executor.Key]*record

// add takes in one line, without its end. It is total: what is torn or
// strange does not count. A line counts only with its full stop, for a torn
// one can be followed by the newline with which every other begins.
func (rs records) add(line string) {
	f := strings.Fields(line)
	if len(f) < 3 || f[len(f)-1] != "." {
		return
	}
	key, ok := executor.ParseKey(f[1])
	if !ok {
		return
	}
	switch {
	case f[0] == "claim" && len(f) == 5 && rs[key] == nil:
		if r, ok := newRecord(f[2], f[3]); ok {
			rs[key] = r
		}
	case f[0] == "exit" && len(f) == 4 && rs[key] != nil && rs[key].code == nil:
		if code, err := strconv.Atoi(f[2]); err == nil && code >= 0 && code <= 255 {
			rs[key].code = &code
		}
	case f[0] == "forget" && len(f) == 3:
		delete(rs, key)
	}
}

func newRecord(pid, deadline string) (*record, bool) {
	p, err := strconv.Atoi(pid)
	ms, bad := strconv.ParseInt(deadline, 10, 64)
	if err != nil || bad != nil || p <= 0 {
		return nil, false
	}
	r := &record{claimed: true, pid: p}
	if ms > 0 {
		r.deadline = time.UnixMilli(ms)
	}
	return r, true
}
