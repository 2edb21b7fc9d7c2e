// Command heddle-jobs runs one replica of the jobs service.
package main

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/run"
	"github.com/heddle-dev/heddle/services/jobs"
)

type config struct {
	run.Common
	jobs.Config
}

func main() {
	cfg := new(config)
	run.Main(run.Program{
		Name: "heddle-jobs", Config: cfg,
		Build: func(_ context.Context, env run.Env) (run.Service, error) {
			cfg.DataDir = env.Data
			return jobs.New(cfg.Config, jobs.Deps{NATS: env.NATS, Log: env.Log}), nil
		},
	})
}
