package keeper

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// longestArgument is what Linux takes as one argument (MAX_ARG_STRLEN less
// the NUL); a longer script goes through a file.
const longestArgument = 128<<10 - 1

// command returns the argument list of what the job runs; its first element
// has a slash, so that no shell takes it for a builtin.
func (k *Keeper) command(r *run, job executor.Job, at place, env []string) ([]string, error) {
	s := job.Spec
	if s.Kind == jobsapi.Allocation {
		s.Script, s.Arguments, r.limit = placeholder(r.limit), nil, 0
	}
	switch {
	case s.Script == "" && s.Executable == "":
		// Such a job is over without a runner; an empty one here is a mistake
		// that must not look like a success.
		return nil, executor.Refuse(127, "there is nothing to run")
	case s.Script != "" && len(s.Script) <= longestArgument:
		return append([]string{k.cfg.Shell, "-c", s.Script, "script"}, s.Arguments...), nil
	case s.Script != "":
		r.script = r.scriptPath()
		if err := os.WriteFile(r.script, []byte(s.Script), 0o600); err != nil {
			return nil, err
		}
		return append([]string{k.cfg.Shell, r.script}, s.Arguments...), nil
	}
	program, err := find(at, s.Executable, lookup(env, "PATH"))
	if err != nil {
		return nil, err
	}
	return append([]string{program}, s.Arguments...), nil
}

// find returns the program's path: absolute as it is, with a slash from the
// working directory, else the first executable on path.
func find(at place, name, path string) (string, error) {
	dir := at.Name()
	if strings.ContainsRune(name, 0) {
		return "", executor.Refuse(126, "cannot start %q: a name cannot hold a NUL", name)
	}
	if filepath.IsAbs(name) {
		enable(at, strings.TrimPrefix(name, dir+"/"))
		return name, check(name, name)
	}
	enable(at, name)
	if strings.Contains(name, "/") {
		full := dir + "/" + name
		return full, check(name, full)
	}
	refusal := error(executor.Refuse(127, "cannot start %q: no such program on the job's PATH", name))
	for _, p := range filepath.SplitList(path) {
		if !filepath.IsAbs(p) {
			p = filepath.Join(dir, p)
		}
		full := p + "/" + name
		err := check(name, full)
		if err == nil {
			return full, nil
		}
		if r, ok := err.(*executor.Refusal); ok && r.Code == 126 {
			refusal = err
		}
	}
	return "", refusal
}

// enable makes a file of the working directory executable: clients upload
// programs without mode bits. Failing is fine; check has the last word.
func enable(at place, name string) {
	if filepath.IsAbs(name) {
		return // not below the working directory
	}
	root := at.Root
	if at.shares(name) {
		root = at.above
	}
	if info, err := root.Lstat(name); err == nil && info.Mode().IsRegular() && info.Mode()&0o100 == 0 {
		_ = root.Chmod(name, info.Mode().Perm()|0o100)
	}
}

// check says why a file cannot be run, in the words of the job's description.
func check(name, full string) error {
	info, err := os.Stat(full)
	switch {
	case err != nil:
		return executor.Refuse(127, "cannot start %q: %s", name, reason(err))
	case info.IsDir():
		return executor.Refuse(126, "cannot start %q: it is a directory", name)
	case info.Mode()&0o111 == 0:
		return executor.Refuse(126, "cannot start %q: it is not executable", name)
	}
	return nil
}

// reason is an error without the paths of the site.
func reason(err error) string {
	if p, ok := err.(*fs.PathError); ok {
		return p.Err.Error()
	}
	return err.Error()
}
