package keeper

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

var k1 = executor.Key{ID: id.FromKey("test", "", "1"), Epoch: 1}

// lines writes K for the key of the run that is asked for.
func lines(text string) string { return strings.ReplaceAll(text, "K", k1.String()) }

func readText(t testing.TB, text string) Records {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "journal"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	rs, err := ReadRecords(dir)
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

func TestRecords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		claimed bool
		code    int // -1: none
		stopped string
	}{
		"":                                         {false, -1, ""},
		"claim K":                                  {false, -1, ""}, // torn
		"claim K\n":                                {false, -1, ""}, // torn, and another line followed
		"claim K .\n":                              {true, -1, ""},
		"claim K .\nexit K 1\n":                    {true, -1, ""}, // torn: might be the beginning of 1…
		"claim K .\n\nexit K 0 .\n":                {true, 0, ""},
		"claim K .\nexit K 255 .\n":                {true, 255, ""},
		"claim K .\nexit K 256 .\n":                {true, -1, ""},
		"claim K .\nexit K -1 .\n":                 {true, -1, ""},
		"claim K .\nexit K 1 .\nexit K 2 .\n":      {true, 1, ""},
		"exit K 1 .\n":                             {false, -1, ""},
		"claim X .\n":                              {false, -1, ""},
		"claim K .\nforget K .\n":                  {false, -1, ""},
		"claim K .\nsignal K 15 .\nexit K 1 .\n":   {true, 15_000, ""},
		"claim K .\nsignal K 0 .\n":                {true, -1, ""},
		"claim K .\nsignal K 15\n":                 {true, -1, ""},
		"noise\nclaim K .\n. . . .\nexit K 3 .\n":  {true, 3, ""},
		"claim K .\nstop K a+b%21 .\nstop K c .\n": {true, -1, "a b!"},
		"claim K .\nstop K %zz .\nexit K 9 .\n":    {true, 9, ""},
		"stop K a .\n":                             {false, -1, ""},
	} {
		r, code, stopped := readText(t, lines(text))[k1], -1, ""
		if r != nil {
			stopped = r.Stopped
		}
		if r != nil && r.end != nil {
			code = r.end.code + 1000*r.end.signal
		}
		if (r != nil) != want.claimed || code != want.code || stopped != want.stopped {
			t.Errorf("%q: claimed %v code %d stopped %q", text, r != nil, code, stopped)
		}
	}
}

// What is written is read, whatever a reason holds and wherever the disk was
// full for a moment.
func FuzzJournal(f *testing.F) {
	f.Add("its limit of 1h is over", 137, 3)
	f.Add("a .\nexit K 0 .", 0, 0)
	f.Add("", 255, 40)
	f.Fuzz(func(t *testing.T, reason string, code, torn int) {
		if code < 0 || code > 255 {
			return
		}
		text := claimLine(k1)
		if line := endLine(k1, end{code: 99}); torn >= 0 && torn < len(line)-2 {
			text += line[:torn] // a write that failed on the way
		}
		if reason != "" {
			text += stopLine(k1, reason)
		}
		how := end{code: code}
		if code > 200 {
			how = end{signal: code - 200}
		}
		text += endLine(k1, how)
		r := readText(t, text)[k1]
		if r == nil || r.end == nil || *r.end != how || r.Stopped != reason {
			t.Errorf("%q: %+v", text, r)
		}
	})
}

func TestALongJournalIsWrittenAnew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	k, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer k.lock.Close()
	s := &session{k: k}
	k.owner, k.cfg = s, &Config{}
	begin := func(n int) *run {
		r := k.newRun(executor.Job{Key: executor.Key{ID: id.ID(n), Epoch: 1}})
		if err := k.claim(s, r); err != nil {
			t.Fatal(err)
		}
		return r
	}
	begin(1).end = &end{code: 7}
	for n := range 30_000 {
		k.forget(begin(n + 2).key)
	}
	info, err := os.Stat(journalPath(dir))
	if err != nil || info.Size() > journalSize {
		t.Errorf("journal %+v, %v", info, err)
	}
	rs, err := ReadRecords(dir)
	if err != nil || len(rs) != 1 || rs[executor.Key{ID: 1, Epoch: 1}].end.code != 7 {
		t.Errorf("records %v, %v", rs, err)
	}
}
