package cli

import (
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// specFlags are the parts of a description that have flags of their own.
type specFlags struct {
	name, site string
	env, tags  []string
	cpus       int
	runtime    string
	key        string
	hold       bool
	after      []string
	notBefore  string
	notify     notifyFlags
	priority   int
	transferFlags
}

func (s *specFlags) add(c *cobra.Command) {
	s.transferFlags.add(c)
	f := c.Flags()
	f.StringVar(&s.name, "name", "", "name of the job")
	f.StringVar(&s.site, "site", "", "site to run at (default: any)")
	f.StringArrayVarP(&s.env, "env", "e", nil, "environment variable NAME=VALUE (repeatable)")
	f.StringArrayVar(&s.tags, "tag", nil, "tag (repeatable)")
	f.IntVar(&s.cpus, "cpus", 0, "processor cores")
	f.StringVar(&s.runtime, "time", "", "wall-clock limit such as 90s, 10m, 2h")
	f.BoolVar(&s.hold, "hold", false, "keep it back until heddle release")
	f.StringArrayVar(&s.after, "after", nil, "wait until this job has succeeded, or ID:failure, ID:end (repeatable: all of them)")
	f.StringVar(&s.notBefore, "not-before", "", "earliest time to run it: 2026-12-24T18:00:00Z, or from now on such as 2h")
	f.IntVar(&s.priority, "priority", 0, "0 to 10: higher runs first among your jobs")
	s.notify.add(f)
	f.StringVar(&s.key, "key", "", "idempotency key: the same key finds the same job (default: a fresh one)")
}

func (s *specFlags) apply(spec *jobsapi.Spec) error {
	spec.Name, spec.Site = or(s.name, spec.Name), or(s.site, spec.Site)
	spec.Tags = append(spec.Tags, s.tags...)
	if s.cpus > 0 {
		spec.Limits.CPUs = s.cpus
	}
	if s.runtime != "" {
		d, err := parseDuration(s.runtime)
		if err != nil {
			return usagef("--time: %v", err)
		}
		spec.Limits.Runtime = int64(d.Seconds())
	}
	if err := s.transferFlags.apply(spec); err != nil {
		return err
	}
	if err := s.notify.apply(spec); err != nil {
		return err
	}
	if err := s.later(spec, time.Now()); err != nil {
		return err
	}
	for _, kv := range s.env {
		k, v, ok := strings.Cut(kv, "=")
		if !ok {
			return usagef("--env %q is not NAME=VALUE", kv)
		}
		if spec.Environment == nil {
			spec.Environment = map[string]string{}
		}
		spec.Environment[k] = v
	}
	return nil
}

// later is what keeps a job from running at once.
func (s *specFlags) later(spec *jobsapi.Spec, now time.Time) error {
	spec.Hold = spec.Hold || s.hold
	if s.priority != 0 {
		spec.Priority = s.priority
	}
	for _, text := range s.after {
		id, on, _ := strings.Cut(text, ":")
		spec.Awaits = append(spec.Awaits, jobsapi.Dependency{Job: id, On: on})
	}
	if s.notBefore == "" {
		return nil
	}
	if at, err := time.Parse(time.RFC3339, s.notBefore); err == nil {
		spec.NotBefore = at
		return nil
	}
	d, err := parseDuration(s.notBefore)
	if err != nil {
		return usagef("--not-before %q is neither a time such as 2026-12-24T18:00:00Z nor a duration such as 2h", s.notBefore)
	}
	spec.NotBefore = now.Add(d).UTC().Truncate(time.Second)
	return nil
}
