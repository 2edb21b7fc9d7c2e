package keeper

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// journalSize is the size, in bytes, above which a journal is written anew:
// some ten thousand runs.
const journalSize = 1 << 20

// journal is what a keeper leaves behind when it is killed, a line for each
// step of a run:
//
//	claim <run> .             it is started now
//	stop <run> <reason> .     it is being stopped; the reason is URL-encoded
//	exit <run> <code> .       it has ended with an exit code
//	signal <run> <number> .   it was ended by a signal
//	forget <run> .            its end is reported
//
// Each line begins on a line of its own and ends in a full stop, so that one
// that a full disk tore spoils nothing but itself. Nothing is synced: a kill
// loses nothing, a power loss may. One file for all runs: two files for each
// cost a third more per job, and many times that on ext4 once many have been
// deleted, for it steps over the inodes of files deleted lately.
type journal struct {
	path string
	file *os.File
	size int
}

func journalPath(dir string) string { return filepath.Join(dir, "journal") }

func openJournal(dir string) (*journal, error) {
	path := journalPath(dir)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return &journal{path: path, file: f}, nil
}

func claimLine(k executor.Key) string { return "\nclaim " + k.String() + " .\n" }
func stopLine(k executor.Key, r string) string {
	return "\nstop " + k.String() + " " + url.QueryEscape(r) + " .\n"
}
func endLine(k executor.Key, e end) string {
	if e.signal > 0 {
		return fmt.Sprintf("\nsignal %s %d .\n", k, e.signal)
	}
	return fmt.Sprintf("\nexit %s %d .\n", k, e.code)
}
func forgetLine(k executor.Key) string { return "\nforget " + k.String() + " .\n" }

func (j *journal) append(line string) error {
	n, err := j.file.WriteString(line)
	j.size += n
	return err
}

func (j *journal) long() bool { return j.size > journalSize }

// rewrite replaces the journal by one that holds only these lines.
func (j *journal) rewrite(lines []string) error {
	next := j.path + ".new"
	f, err := os.OpenFile(next, os.O_WRONLY|os.O_APPEND|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	text := strings.Join(lines, "")
	if _, err = f.WriteString(text); err == nil {
		err = os.Rename(next, j.path)
	}
	if err != nil {
		f.Close()
		return err
	}
	old := j.file
	j.file, j.size = f, len(text)
	return old.Close()
}
