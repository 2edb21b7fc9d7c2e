package keeper

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/script"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// sharedOnce is how many names of a directory are read at once.
const sharedOnce = 256

// share gives a child of a sweep what its parent has brought, by the same
// names: for each entry of the parent's directory a link, name -> ../name, at
// most so many; 0: no bound. What is there already stays. The remark says
// that there were more.
func (p place) share(s jobsapi.Spec, most int) (remarks []string, err error) {
	if s.Parent == nil || p.above == nil || strings.Contains(p.in, "/") {
		return nil, nil
	}
	dir, err := p.above.Open(".")
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	made := 0
	for {
		entries, err := dir.ReadDir(sharedOnce)
		for _, e := range entries {
			if own(s, e) {
				continue
			}
			if made++; most > 0 && made > most {
				return []string{fmt.Sprintf("The sweep's directory has more than %d entries: not all of them are in this job's directory too; they are one directory up.", most)}, nil
			}
			if err := p.Symlink("../"+e.Name(), e.Name()); err != nil && !errors.Is(err, fs.ErrExist) {
				return nil, blame("working directory", e.Name(), err)
			}
		}
		if errors.Is(err, io.EOF) || err == nil && len(entries) == 0 {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// own reports whether a name is not to be shared: it is the directory of a
// child, a file that the service has not finished, or one that each child
// writes for itself.
func own(s jobsapi.Spec, e os.DirEntry) bool {
	name := e.Name()
	if n, err := strconv.Atoi(name); err == nil && n >= 0 && strconv.Itoa(n) == name && !e.Type().IsRegular() {
		return true
	}
	if strings.HasPrefix(name, ".heddle-") {
		return true
	}
	for _, file := range []string{cmp.Or(s.Stdout, "stdout"), cmp.Or(s.Stderr, "stderr"), script.ExitCode} {
		if first, _, _ := strings.Cut(path.Clean(file), "/"); first == name {
			return true
		}
	}
	return false
}

// shares reports whether a path of the working directory leads to what the
// parent has brought.
func (p place) shares(name string) bool {
	first, _, _ := strings.Cut(path.Clean(name), "/")
	target, err := p.Readlink(first)
	return p.above != nil && err == nil && target == "../"+first
}

// read opens a file for reading. What the parent has brought is outside of
// the working directory, but not of the parent's.
func (p place) read(field, name string) (*os.File, error) {
	if p.shares(name) {
		return openFile(p.above, field, name, os.O_RDONLY)
	}
	return openFile(p.Root, field, name, os.O_RDONLY)
}
