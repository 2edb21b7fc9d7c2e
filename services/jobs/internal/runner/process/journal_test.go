package process

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

var k1 = executor.Key{ID: id.FromKey("test", "", "1"), Epoch: 1}

// lines writes K for the key of the run that is asked for.
func lines(text string) string { return strings.ReplaceAll(text, "K", k1.String()) }

func parse(text string) records {
	rs := records{}
	for line := range strings.Lines(text) {
		if whole, ok := strings.CutSuffix(line, "\n"); ok {
			rs.add(whole)
		}
	}
	return rs
}

func TestRecords(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		claimed bool
		code    int // -1: none
	}{
		"":                                             {false, -1},
		"claim K 12 0 .":                               {false, -1}, // torn
		"claim K 12 0\n":                               {false, -1}, // torn, and another line followed
		"claim K 12 0 .\n":                             {true, -1},
		"claim K 12 0 .\nexit K 1\n":                   {true, -1}, // torn: might be the beginning of 1…
		"claim K 12 0 .\n\nexit K 0 .\n":               {true, 0},
		"claim K 12 9 .\nexit K 255 .\n":               {true, 255},
		"claim K 12 0 .\nexit K 256 .\n":               {true, -1},
		"claim K 12 0 .\nexit K -1 .\n":                {true, -1},
		"claim K 12 0 .\nexit K 1 .\nexit K 2 .\n":     {true, 1},
		"exit K 1 .\n":                                 {false, -1},
		"claim K x 0 .\nexit K 1 .\n":                  {false, -1},
		"claim K 0 0 .\n":                              {false, -1},
		"claim X 12 0 .\n":                             {false, -1},
		"claim K 12 0 .\nforget K .\n":                 {false, -1},
		"noise\nclaim K 12 0 .\n. . . .\nexit K 3 .\n": {true, 3},
	} {
		r, code := parse(lines(text))[k1], -1
		if r != nil && r.code != nil {
			code = *r.code
		}
		if (r != nil) != want.claimed || code != want.code {
			t.Errorf("%q: claimed %v code %d", text, r != nil, code)
		}
	}
	r := parse(lines("claim K 12 5000 .\n"))[k1]
	if r == nil || r.pid != 12 || !r.deadline.Equal(time.UnixMilli(5000)) {
		t.Errorf("claim: %+v", r)
	}
}

// However a journal grows, it says in the end what it says when read at once.
func FuzzJournalGrows(f *testing.F) {
	f.Add(lines("\nclaim K 12 0 .\n\nexit K 137 .\n"), 5)
	f.Add(lines("\nclaim K 12 99 .\nforget K .\n\nclaim K 13 0 .\n"), 20)
	f.Add(strings.Repeat("x", 10_000)+lines("\nclaim K 1 1 .\n"), 9_000)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		if cut < 0 || cut > len(text) {
			return
		}
		j, err := openJournal(filepath.Join(t.TempDir(), "j"))
		if err != nil {
			t.Fatal(err)
		}
		defer j.close()
		for _, part := range []string{text[:cut], text[cut:]} {
			if _, err := j.file.WriteString(part); err != nil {
				t.Fatal(err)
			}
			if _, err := j.look(k1); err != nil {
				t.Fatal(err)
			}
		}
		want := parse(text)
		if len(j.runs) != len(want) {
			t.Errorf("%d runs, want %d", len(j.runs), len(want))
		}
		for k, r := range want {
			if got := j.runs[k]; got == nil || got.pid != r.pid || (got.code == nil) != (r.code == nil) {
				t.Errorf("%s: %+v, want %+v", k, got, r)
			}
		}
	})
}

func TestLongJournalsAreFollowedByOthersAndGo(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	e := &Executor{instance: dir, log: logx.Discard()}
	first, err := e.enter()
	if err != nil {
		t.Fatal(err)
	}
	filler := lines("\nforget K .\n")
	if _, err := first.file.WriteString(strings.Repeat(filler, journalSize/len(filler)+1)); err != nil {
		t.Fatal(err)
	}
	if _, err := first.look(k1); err != nil {
		t.Fatal(err)
	}
	second, err := e.enter()
	if err != nil || second == first {
		t.Fatalf("the same journal, %v", err)
	}
	exists := func(n int) bool {
		_, err := os.Stat(filepath.Join(dir, journalPrefix+strconv.Itoa(n)))
		return err == nil
	}
	if !exists(1) || !exists(2) {
		t.Fatal("a journal with an open run is gone")
	}
	e.leave(first)
	e.leave(second)
	if exists(1) || !exists(2) {
		t.Errorf("first %v, second %v; want only the current one", exists(1), exists(2))
	}
}

func TestVariableNames(t *testing.T) {
	t.Parallel()
	for name, ok := range map[string]bool{"A": true, "_": true, "a_1": true, "": false, "1a": false, "A-B": false,
		"A=B": false, "ä": false, "A\x00": false, "@": false, "[": false, "`": false, "{": false} {
		if variable(name) != ok {
			t.Errorf("%q: %v", name, !ok)
		}
	}
}

func TestOnlySupervisorsAreTakenForSupervisors(t *testing.T) {
	t.Parallel()
	want := claim{"/r/journal-1", "x.1"}
	args := strings.Join(wrap("/bin/sh", want, 0, 0, []string{"/bin/true", "a"}), "\x00") + "\x00"
	if got, ok := claimOf([]byte(args)); !ok || got != want {
		t.Errorf("own: %q %v", got, ok)
	}
	for _, other := range []string{"", "sh\x00-c\x00echo\x00", "/bin/sh\x00-c\x00x\x00" + title + "\x00/r\x00x.1\x000\x000\x00"} {
		if got, ok := claimOf([]byte(other)); ok {
			t.Errorf("%q is taken for the supervisor of %q", other, got)
		}
	}
}
