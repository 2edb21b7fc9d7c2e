package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
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
	priority   int
}

func (s *specFlags) add(c *cobra.Command) {
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

// submitMany sends the descriptions as one batch, as submit does one.
func (s *specFlags) submitMany(ctx context.Context, cl *api.Client, specs []jobsapi.Spec) ([]jobsapi.Job, error) {
	key := s.key
	if key == "" {
		key = rand.Text()
	}
	var b jobsapi.Batch
	err := patiently(ctx, func() (err error) {
		b, err = cl.SubmitMany(ctx, specs, key)
		return err
	})
	return b.Jobs, err
}

// submit sends the description under one key, so that a try whose answer was
// lost can be repeated without a second job.
func (s *specFlags) submit(ctx context.Context, cl *api.Client, spec jobsapi.Spec) (jobsapi.Job, error) {
	key := s.key
	if key == "" {
		key = rand.Text()
	}
	var j jobsapi.Job
	err := patiently(ctx, func() (err error) {
		j, err = cl.Submit(ctx, spec, key)
		return err
	})
	return j, err
}

func (e *env) submit() *cobra.Command {
	var flags specFlags
	var watch bool
	c := &cobra.Command{
		Use: "submit FILE...", Short: "Submit jobs described in JSON files (- for standard input): all of them, or none",
		Example: `  echo '{"executable":"echo","arguments":["hello"]}' | heddle submit -
  heddle submit job1.json job2.json -o name | heddle wait -
  heddle submit job.json --after 0f3k9m2p1qs --not-before 2h --watch
  echo '[{"executable":"make"},{"executable":"ls","awaits":[{"job":"#0"}]}]' | heddle submit - --hold`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			specs, err := e.readSpecs(args, &flags)
			if err != nil {
				return err
			}
			cl, err := e.client()
			if err != nil {
				return err
			}
			var made []jobsapi.Job
			if len(specs) == 1 {
				made = make([]jobsapi.Job, 1)
				made[0], err = flags.submit(cmd.Context(), cl, specs[0])
			} else {
				made, err = flags.submitMany(cmd.Context(), cl, specs)
			}
			if err != nil {
				return err
			}
			var ids []string
			for _, j := range made {
				ids = append(ids, j.ID.String())
				if !watch {
					if err := e.printSubmitted(j); err != nil {
						return err
					}
				}
			}
			if watch {
				return e.watch(cmd.Context(), cl, ids)
			}
			return nil
		},
	}
	flags.add(c)
	c.Flags().BoolVarP(&watch, "watch", "w", false, "show the transitions until all jobs have ended")
	return c
}

func (e *env) printSubmitted(j jobsapi.Job) error {
	if e.isJSON() {
		return e.json(j)
	}
	_, err := fmt.Fprintln(e.out, j.ID)
	return err
}

// readSpecs reads all files before anything is submitted. A file has one
// description or a list of them.
func (e *env) readSpecs(files []string, flags *specFlags) ([]jobsapi.Spec, error) {
	var specs []jobsapi.Spec
	for _, name := range files {
		b, err := e.readFile(name)
		if err != nil {
			return nil, usage(err)
		}
		var read []jobsapi.Spec
		var into any = &read
		if !bytes.HasPrefix(bytes.TrimSpace(b), []byte("[")) {
			read = make([]jobsapi.Spec, 1)
			into = &read[0]
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.DisallowUnknownFields()
		if err := dec.Decode(into); err != nil {
			return nil, usagef("%s is no job description: %v", name, err)
		}
		for i := range read {
			if err := flags.apply(&read[i]); err != nil {
				return nil, err
			}
		}
		specs = append(specs, read...)
	}
	if len(specs) == 0 {
		return nil, usagef("there are no job descriptions in %s", strings.Join(files, ", "))
	}
	return specs, nil
}

func (e *env) readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(e.in, 4<<20))
	}
	return os.ReadFile(name)
}
