package cli

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

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
}

func (s *specFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&s.name, "name", "", "name of the job")
	f.StringVar(&s.site, "site", "", "site to run at (default: any)")
	f.StringArrayVarP(&s.env, "env", "e", nil, "environment variable NAME=VALUE (repeatable)")
	f.StringArrayVar(&s.tags, "tag", nil, "tag (repeatable)")
	f.IntVar(&s.cpus, "cpus", 0, "processor cores")
	f.StringVar(&s.runtime, "time", "", "wall-clock limit such as 90s, 10m, 2h")
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
		Use: "submit FILE...", Short: "Submit jobs described in JSON files (- for standard input)",
		Example: `  echo '{"executable":"echo","arguments":["hello"]}' | heddle submit -
  heddle submit job1.json job2.json -o name | heddle wait -
  heddle submit job.json --watch`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.key != "" && len(args) > 1 {
				return usagef("--key names one job, but there are %d files", len(args))
			}
			specs, err := e.readSpecs(args, &flags)
			if err != nil {
				return err
			}
			cl, err := e.client()
			if err != nil {
				return err
			}
			var ids []string
			for _, spec := range specs {
				j, err := flags.submit(cmd.Context(), cl, spec)
				if err != nil {
					return err
				}
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

// readSpecs reads all files before anything is submitted.
func (e *env) readSpecs(files []string, flags *specFlags) ([]jobsapi.Spec, error) {
	var specs []jobsapi.Spec
	for _, name := range files {
		b, err := e.readFile(name)
		if err != nil {
			return nil, usage(err)
		}
		var spec jobsapi.Spec
		dec := json.NewDecoder(strings.NewReader(string(b)))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&spec); err != nil {
			return nil, usagef("%s is no job description: %v", name, err)
		}
		if err := flags.apply(&spec); err != nil {
			return nil, err
		}
		specs = append(specs, spec)
	}
	return specs, nil
}

func (e *env) readFile(name string) ([]byte, error) {
	if name == "-" {
		return io.ReadAll(io.LimitReader(e.in, 4<<20))
	}
	return os.ReadFile(name)
}
