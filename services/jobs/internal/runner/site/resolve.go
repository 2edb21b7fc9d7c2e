package site

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/internal/match"
	"github.com/heddle-dev/heddle/services/jobs/internal/runner/script"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Resolve makes of a description what can be started here: the program that
// the catalogue has for its application, and the queue's defaults where it
// asks for nothing. problem says in words why it cannot be.
func (s *Site) Resolve(spec jobsapi.Spec) (out jobsapi.Spec, problem string) {
	r := s.Report()
	if q, ok := jobsapi.FindQueue(r.Queues, spec.Queue); ok {
		spec.Limits = q.Fill(spec.Limits)
	}
	if len(spec.Parameters) > 0 {
		env := maps.Clone(spec.Parameters)
		maps.Copy(env, spec.Environment)
		spec.Environment = env
	}
	if spec.Application == nil {
		return spec, ""
	}
	app, ok := jobsapi.FindApplication(r.Applications, *spec.Application)
	if !ok {
		return spec, fmt.Sprintf("There is no application %s here.", spec.Application)
	}
	env := maps.Clone(app.Environment)
	if env == nil {
		env = map[string]string{}
	}
	for _, o := range app.Options {
		if _, given := spec.Parameters[o.Name]; !given && o.Default != "" {
			env[o.Name] = o.Default
		}
	}
	maps.Copy(env, spec.Environment)
	for _, o := range app.Options {
		if v, given := env[o.Name]; given && len(o.Choices) > 0 && !slices.Contains(o.Choices, v) {
			return spec, fmt.Sprintf("The parameter %s is %q; of the application %s it can be %s.", o.Name, v, app.Application, strings.Join(o.Choices, ", "))
		}
	}
	spec = started(app, spec, slices.Concat(app.Arguments, optionArguments(app, env)))
	spec.Environment, spec.Application, spec.Parameters, spec.Shell = env, nil, nil, false
	return spec, ""
}

// started makes of a description one that starts the application with the
// arguments and then its own. Where these are for the shell, or there is a
// command line in place of the application's program, it is a command line.
func started(app jobsapi.ApplicationInfo, spec jobsapi.Spec, args []string) jobsapi.Spec {
	switch {
	case spec.Command != "":
		spec.Command = strings.TrimSuffix(spec.Command+" "+script.Words(args), " ")
	case spec.Shell:
		spec.Command = script.Words(append([]string{app.Executable}, args...))
	default:
		spec.Executable, spec.Arguments = app.Executable, append(args, spec.Arguments...)
	}
	return spec
}

// optionArguments are those of the options that have a value. A boolean one
// is there or not.
func optionArguments(app jobsapi.ApplicationInfo, values map[string]string) []string {
	var args []string
	for _, o := range app.Options {
		v, given := values[o.Name]
		if !given || o.Argument == "" || o.Type == "boolean" && !truth(v) {
			continue
		}
		args = append(args, strings.ReplaceAll(o.Argument, "{}", v))
	}
	return args
}

func truth(v string) bool {
	yes, err := strconv.ParseBool(strings.ToLower(v))
	return err == nil && yes
}

// Need is what a job of the description takes of this machine while it runs.
func (s *Site) Need(spec jobsapi.Spec) jobsapi.Capacity {
	return match.Place{About: s.Report()}.Need(match.DemandOf(spec))
}
