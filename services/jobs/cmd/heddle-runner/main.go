// Command heddle-runner runs jobs of one site as processes of this machine.
// It can be stopped and started again at any time: jobs run on, and the next
// one with the same data directory takes them over.
package main

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/run"
	"github.com/heddle-dev/heddle/services/jobs"
)

type config struct {
	run.Common
	jobs.RunnerConfig
}

func main() {
	jobs.Keep()
	cfg := new(config)
	run.Main(run.Program{
		Name: "heddle-runner", Config: cfg,
		Build: func(_ context.Context, env run.Env) (run.Service, error) {
			cfg.RunnerConfig.Data = env.Data
			return jobs.NewRunner(cfg.RunnerConfig, jobs.RunnerDeps{NATS: env.NATS, Log: env.Log}), nil
		},
	})
}
