package keeper

import (
	"maps"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/internal/runner/executor"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/process/tree"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// environ is a job's whole environment: the site's, what Heddle and UNICORE
// promise to set, then the job's own. Nothing of the runner's is in it.
// PATH ends in the working directory.
func (k *Keeper) environ(job executor.Job, dir string) ([]string, error) {
	env := map[string]string{"HOME": dir}
	for _, pair := range k.cfg.Env {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	env["HEDDLE_JOB_ID"] = job.ID.String()
	env["HEDDLE_SITE"] = job.Site
	env["UC_WORKING_DIRECTORY"] = dir
	env["UC_OUTPUT_DIRECTORY"] = dir
	for _, name := range slices.Sorted(maps.Keys(job.Spec.Environment)) {
		if !jobsapi.Variable(name) {
			// A shell drops such a variable silently; better to say so.
			return nil, executor.Refuse(126, "environment: %q is not a name that a POSIX shell can export", name)
		}
		env[name] = job.Spec.Environment[name]
	}
	env["PATH"] = strings.TrimPrefix(env["PATH"]+":"+dir, ":")
	env[tree.Marker] = k.mark(job.Key)
	list := make([]string, 0, len(env))
	for name, value := range env {
		list = append(list, name+"="+value)
	}
	slices.Sort(list)
	return list, nil
}

// lookup returns the value of a variable in an environment list.
func lookup(env []string, name string) string {
	for _, pair := range env {
		if value, ok := strings.CutPrefix(pair, name+"="); ok {
			return value
		}
	}
	return ""
}
