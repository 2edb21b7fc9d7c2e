// Command heddle-gateway runs one replica of the gateway.
package main

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/run"
	"github.com/heddle-dev/heddle/services/gateway"
)

type config struct {
	run.Common
	gateway.Config
}

func main() {
	cfg := new(config)
	run.Main(run.Program{
		Name: "heddle-gateway", Config: cfg,
		Build: func(_ context.Context, env run.Env) (run.Service, error) {
			cfg.DataDir, cfg.Version = env.Data, run.Version()
			s, err := gateway.New(cfg.Config, gateway.Deps{NATS: env.NATS, Log: env.Log})
			if err != nil {
				return nil, err
			}
			env.Log.Info("listening", "addresses", s.Addrs(), "authority", s.CAFile())
			return s, nil
		},
	})
}
