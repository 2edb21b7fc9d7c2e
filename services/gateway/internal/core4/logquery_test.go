package core4

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestTimesOfALog(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"5m": "2026-11-21T11:55:00", "2h": "2026-11-21T10:00:00", "1d": "2026-11-20T12:00:00", "1w": "2026-11-14T12:00:00", "0s": "2026-11-21T12:00:00",
		"2026-11-01": "2026-11-01T00:00:00", "2026-11-01 07:30 CET": "2026-11-01T06:30:00", "07:30": "2026-11-21T07:30:00", "07:30:05": "2026-11-21T07:30:05",
		"m": "", "5": "", "5y": "", "-5m": "", "+5m": "", "65536w": "", "1.5h": "", "24:61": "", "now": "", "\xff": "", "é": "",
	} {
		at, ok := logTime(text, now)
		if got := at.Format("2006-01-02T15:04:05"); ok != (want != "") || ok && got != want {
			t.Errorf("%q is %s, %t", text, got, ok)
		}
	}
}

// A step is wanted by its time; a line of output was written at some time while
// the process ran.
func TestWhatIsInASpan(t *testing.T) {
	t.Parallel()
	hour := func(n int) time.Time { return time.Date(2026, 11, 21, n, 0, 0, 0, time.UTC) }
	ran := jobsapi.Job{ID: 7, State: jobsapi.Succeeded, Submitted: hour(1), Started: hour(2), Ended: hour(6)}
	runs := jobsapi.Job{ID: 8, State: jobsapi.Running, Submitted: hour(1), Started: hour(2)}
	for _, c := range []struct {
		j            jobsapi.Job
		from, to     int
		job          bool
		step, output bool // of the time of the start
	}{
		{ran, 0, 1, false, false, false}, {ran, 0, 2, true, false, false}, {ran, 1, 3, true, true, true}, {ran, 3, 4, true, false, true},
		{ran, 6, 8, true, false, true}, {ran, 7, 8, false, false, false}, {runs, 7, 8, true, false, true}, {runs, 0, 1, false, false, false},
	} {
		q, err := logQueryOf(arg.Of(map[string]any{}), hour(9))
		if err != nil || q.from != hour(8) {
			t.Fatalf("%+v %v", q, err)
		}
		q.from, q.to = hour(c.from), hour(c.to)
		step, output := record(c.j, partBefore, 0, hour(2), "INFO", ""), record(c.j, partErrors, 0, hour(2), "INFO", "")
		if q.job(c.j) != c.job || q.record(c.j, step) != c.step || q.record(c.j, output) != c.output {
			t.Errorf("%s from %d to %d: %t %t %t", c.j.State, c.from, c.to, q.job(c.j), q.record(c.j, step), q.record(c.j, output))
		}
	}
}
