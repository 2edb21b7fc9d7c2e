package keeper

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"path"
	"syscall"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
)

// streams are a job's standard files. They are opened here and passed as
// descriptors, through os.Root, so that neither ".." nor a symbolic link in
// the working directory leads out of it.
type streams struct{ in, out, err *os.File }

func openStreams(at place, job executor.Job) (s streams, err error) {
	if job.Spec.Stdin == "" {
		s.in, err = os.Open(os.DevNull)
	} else {
		s.in, err = at.read("stdin", job.Spec.Stdin)
	}
	if err != nil {
		return s, err
	}
	out, errs := cmp.Or(job.Spec.Stdout, "stdout"), cmp.Or(job.Spec.Stderr, "stderr")
	if s.out, err = create(at.Root, "stdout", out); err != nil {
		return s, err
	}
	if path.Clean(errs) == path.Clean(out) {
		s.err = s.out // one description: the two do not overwrite each other
		return s, nil
	}
	s.err, err = create(at.Root, "stderr", errs)
	return s, err
}

func (s streams) close() {
	for _, f := range []*os.File{s.in, s.out, s.err} {
		if f != nil {
			_ = f.Close() // twice for a shared file, which is harmless
		}
	}
}

func create(root *os.Root, field, name string) (*os.File, error) {
	if dir := path.Dir(name); dir != "." {
		if err := root.MkdirAll(dir, 0o700); err != nil {
			return nil, blame(field, name, err)
		}
	}
	return openFile(root, field, name, os.O_CREATE|os.O_TRUNC|os.O_WRONLY)
}

// openFile does not wait for the other end of a FIFO: only regular files do.
func openFile(root *os.Root, field, name string, flag int) (*os.File, error) {
	f, err := root.OpenFile(name, flag|syscall.O_NONBLOCK, 0o600)
	if err != nil {
		return nil, blame(field, name, err)
	}
	if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
		f.Close()
		return nil, executor.Refuse(126, "%s: %q is not a regular file", field, name)
	}
	return f, nil
}

// blame tells the job's mistakes from the site's troubles.
func blame(field, name string, err error) error {
	for _, site := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EIO, syscall.EMFILE, syscall.ENFILE, syscall.EROFS, syscall.ENOMEM} {
		if errors.Is(err, site) {
			return err
		}
	}
	if errors.Is(err, fs.ErrNotExist) {
		return executor.Refuse(126, "%s: there is no file %q in the working directory", field, name)
	}
	return executor.Refuse(126, "%s: %q: %s", field, name, reason(err))
}
