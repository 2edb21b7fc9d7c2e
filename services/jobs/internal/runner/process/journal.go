package process

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// journalSize is the size, in bytes, above which an instance begins another
// journal: some ten thousand runs.
const journalSize = 1 << 20

// maxLine is longer than any line of a journal.
const maxLine = 4 << 10

// journal is a file that supervisors append their claims and exits to, and
// the executor what is forgotten. Appends of a line are atomic on a local
// file system. It is read as it grows.
type journal struct {
	path string

	mu   sync.Mutex
	file *os.File
	off  int64
	rest []byte // of a line that is not whole yet
	runs records

	open int // runs begun and not forgotten; the executor's mu guards it
}

func openJournal(path string) (*journal, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return &journal{path: path, file: f, runs: records{}}, nil
}

// look returns what is on record of a run; none means that it has not claimed.
func (j *journal) look(k executor.Key) (record, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.read()
	if r := j.runs[k]; r != nil {
		return *r, err
	}
	return record{}, err
}

// keys lists the runs that have claimed and are not forgotten.
func (j *journal) keys() ([]executor.Key, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.read()
	keys := make([]executor.Key, 0, len(j.runs))
	for k := range j.runs {
		keys = append(keys, k)
	}
	return keys, err
}

// forget takes a run out of the records, for good.
func (j *journal) forget(k executor.Key) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.runs[k] == nil {
		return nil
	}
	delete(j.runs, k)
	_, err := fmt.Fprintf(j.file, "\nforget %s .\n", k)
	return err
}

// size is how much has been read.
func (j *journal) size() int64 {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.off
}

func (j *journal) close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.file.Close()
}

// read takes in what was appended since the last time.
func (j *journal) read() error {
	buf := make([]byte, 8<<10)
	for {
		n, err := j.file.ReadAt(buf, j.off)
		j.off += int64(n)
		j.rest = append(j.rest, buf[:n]...)
		for {
			line, rest, whole := bytes.Cut(j.rest, []byte{'\n'})
			if !whole {
				break
			}
			j.runs.add(string(line))
			j.rest = rest
		}
		if len(j.rest) > maxLine {
			j.rest = []byte{'?'} // no supervisor wrote this line: spoil it
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
