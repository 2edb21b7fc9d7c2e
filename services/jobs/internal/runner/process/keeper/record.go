package keeper

import (
	"bufio"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

const notStarted = "its process could not be started at the site"

// Record is what a dead keeper's journal says of a run that it had claimed.
type Record struct {
	Stopped string // why it was being stopped; empty: it was not
	end     *end   // how its process ended, once it has
}

// Records are the runs of a journal that are not forgotten. A run that is
// not among them was never started.
type Records map[executor.Key]*Record

// ReadRecords reads the journal of an instance whose keeper is dead, or never
// was.
func ReadRecords(dir string) (Records, error) {
	f, err := os.Open(journalPath(dir))
	if errors.Is(err, fs.ErrNotExist) {
		return Records{}, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rs := Records{}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		rs.add(lines.Text())
	}
	return rs, lines.Err()
}

// add takes in one line. It is total: what is torn or strange does not count.
func (rs Records) add(line string) {
	f := strings.Fields(line)
	if len(f) < 3 || f[len(f)-1] != "." {
		return
	}
	key, ok := executor.ParseKey(f[1])
	if !ok {
		return
	}
	r := rs[key]
	switch {
	case f[0] == "claim" && len(f) == 3 && r == nil:
		rs[key] = &Record{}
	case f[0] == "stop" && len(f) == 4 && r != nil:
		if reason, err := url.QueryUnescape(f[2]); err == nil && r.Stopped == "" {
			r.Stopped = reason
		}
	case f[0] == "exit" && len(f) == 4 && r != nil && r.end == nil:
		if code, err := strconv.Atoi(f[2]); err == nil && code >= 0 && code <= 255 {
			r.end = &end{code: code}
		}
	case f[0] == "signal" && len(f) == 4 && r != nil && r.end == nil:
		if n, err := strconv.Atoi(f[2]); err == nil && n >= 1 && n <= 127 {
			r.end = &end{signal: n}
		}
	case f[0] == "forget" && len(f) == 3:
		delete(rs, key)
	}
}

// Result is the end of the run, now that its keeper is dead.
func (r *Record) Result() executor.Result {
	switch {
	case r == nil:
		return executor.Result{Never: true, Evidence: executor.FromNone,
			Problem: notStarted}
	case r.end == nil:
		return executor.Result{Evidence: executor.FromNone,
			Problem: "its keeper was killed or the machine went down: outcome unknown"}
	}
	result := r.end.result(executor.FromRecord)
	result.Problem = r.Stopped
	return result
}
