package keeper

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// place is a working directory. Nothing that is opened through it lies
// outside.
type place struct {
	*os.Root
	// above is the directory of the job that this one is a part of, and in
	// the path to here from there; nil: it is a part of none.
	above *os.Root
	in    string
}

// Close gives the directory free.
func (p place) Close() error {
	if p.above == nil {
		return p.Root.Close()
	}
	return errors.Join(p.Root.Close(), p.above.Close())
}

// workDir opens a job's working directory, which it makes if need be: the
// files service may have done so. One inside another job's is not left by a
// link that its owner made.
func (k *Keeper) workDir(job executor.Job) (place, error) {
	first, rest, _ := strings.Cut(cmp.Or(job.Dir, job.ID.String()), "/")
	dir := filepath.Join(k.cfg.WorkDirs, first)
	if first == ".." || !filepath.IsLocal(first) {
		return place{}, fmt.Errorf("working directory %q: not below the site's", job.Dir)
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return place{}, err
	}
	whole, err := os.OpenRoot(dir)
	if err != nil || rest == "" {
		return place{Root: whole}, err
	}
	if err := whole.MkdirAll(rest, 0o700); err != nil {
		whole.Close()
		return place{}, blame("working directory", rest, err)
	}
	root, err := whole.OpenRoot(rest)
	if err != nil {
		whole.Close()
		return place{}, err
	}
	return place{Root: root, above: whole, in: rest}, nil
}
