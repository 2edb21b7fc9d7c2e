// Command heddle-auth runs one replica of the auth service.
package main

import (
	"context"
	"fmt"

	"github.com/heddle-dev/heddle/pkg/run"
	"github.com/heddle-dev/heddle/services/auth"
)

type config struct {
	run.Common
	auth.Config
}

func main() {
	cfg := new(config)
	run.Main(run.Program{
		Name: "heddle-auth", Config: cfg,
		Build: func(_ context.Context, env run.Env) (run.Service, error) {
			cfg.DataDir = env.Data
			return auth.New(cfg.Config, auth.Deps{NATS: env.NATS, Log: env.Log, FirstPassword: show}), nil
		},
	})
}

// show tells the person at the terminal the first operator's password. It
// goes to standard output, where no log goes, and is not kept anywhere.
func show(name, password string) {
	fmt.Printf("The first operator is %q with the password %q. It is shown only this once.\n", name, password)
}
