// Command heddle-files runs one replica of the files service.
package main

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/run"
	"github.com/heddle-dev/heddle/services/files"
)

type config struct {
	run.Common
	files.Config
}

func main() {
	cfg := new(config)
	run.Main(run.Program{
		Name: "heddle-files", Config: cfg,
		Build: func(_ context.Context, env run.Env) (run.Service, error) {
			cfg.DataDir = env.Data
			return files.New(cfg.Config, files.Deps{NATS: env.NATS, Log: env.Log}), nil
		},
	})
}
