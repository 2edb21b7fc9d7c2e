package manifest

import (
	"maps"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Render writes any description as a manifest that Translate reads as the
// same: DIRAC's keys for what they can say, and the Section for the rest. A
// command that they cannot say is shown as one that is like it.
func Render(s jobsapi.Spec) lenient.Object {
	var m lenient.Object
	add := func(there bool, name string, value any) {
		if there {
			m = append(m, lenient.Member{Name: name, Value: value})
		}
	}
	program, args := commandOf(s)
	add(program != "", "Executable", program)
	add(program != "", "Arguments", args)
	add(true, "StdOutput", or(s.Stdout, "stdout"))
	add(true, "StdError", or(s.Stderr, "stderr"))
	boxes := Sandboxes(s)
	add(len(boxes) > 0, inputSandbox, entries(boxes))
	add(len(s.Outputs) > 0, "OutputSandbox", s.Outputs)
	add(s.Name != "" && fitsName(s.Name), "JobName", s.Name)
	add(s.JobGroup != "" && fitsGroup(s.JobGroup), "JobGroup", s.JobGroup)
	add(slices.Contains(jobTypes, s.JobType), "JobType", s.JobType)
	add(len(s.Wanted()) > 0, "Site", s.Wanted())
	add(len(s.BannedSites) > 0, "BannedSites", s.BannedSites)
	add(fitsCPUTime(s.Limits.CPUTime), "CPUTime", s.Limits.CPUTime)
	add(true, "Priority", int64(s.Priority))
	add(s.Limits.CPUs > 1 && s.Limits.CPUs <= maxProcessors, "NumberOfProcessors", int64(s.Limits.CPUs))
	add(len(s.Requires) > 0, "Tags", s.Requires)
	add(len(s.Environment) > 0 && fitsEnvironment(s.Environment), "ExecutionEnvironment", environment(s.Environment))
	rest := leftover(s)
	add(rest != nil, Section, rest)
	return m
}

func entries(sandboxes []string) []string {
	out := make([]string, len(sandboxes))
	for i, name := range sandboxes {
		out[i] = Entry(name)
	}
	return out
}

func environment(env map[string]string) lenient.Object {
	var out lenient.Object
	for _, name := range slices.Sorted(maps.Keys(env)) {
		out = append(out, lenient.Member{Name: name, Value: env[name]})
	}
	return out
}

// commandOf is a job's command as a manifest shows it.
func commandOf(s jobsapi.Spec) (program, args string) {
	script := s.Script
	if s.Command != "" {
		script = strings.Join(append([]string{s.Command}, s.Arguments...), " ")
	}
	switch {
	case script != "":
		return "/bin/sh", join([]string{"-c", strings.TrimSuffix(script, "\n")})
	case s.Executable == "" && s.Application != nil:
		return s.Application.Name, join(s.Arguments)
	default:
		return s.Executable, join(s.Arguments)
	}
}
