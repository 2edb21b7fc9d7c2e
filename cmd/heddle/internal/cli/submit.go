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

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// submitMany sends the descriptions as one batch, as submit does one.
func (s *specFlags) submitMany(ctx context.Context, cl *api.Client, specs []jobsapi.Spec) ([]jobsapi.Job, error) {
	key := s.key
	if key == "" {
		key = rand.Text()
	}
	var b jobsapi.Batch
	err := patiently(ctx, func() (err error) {
		b, err = cl.SubmitMany(ctx, specs, s.secrets, key)
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
		j, err = cl.Submit(ctx, spec, s.secrets, key)
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
  echo '{"executable":"wc","arguments":["in.dat"],"stdout":"n"}' | heddle submit - --import https://data.example.org/in.dat=in.dat --export n=storage:home/n
  echo '[{"executable":"make"},{"executable":"ls","awaits":[{"job":"#0"}]}]' | heddle submit - --hold`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := flags.load(e); err != nil {
				return err
			}
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
