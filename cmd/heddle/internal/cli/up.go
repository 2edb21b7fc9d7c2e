package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/up"
	"github.com/heddle-dev/heddle/pkg/conf"
	"github.com/heddle-dev/heddle/pkg/run"
)

func (e *env) up() *cobra.Command {
	var cfg up.Config
	c := &cobra.Command{
		Use: "up", Short: "Run the whole of Heddle in this process",
		Long: `Runs auth, jobs, files, the gateway and a runner, with NATS and a session store
inside, and keeps everything in one directory. Every option can also be set by
the variable in docs/config.md, or in a YAML file given with --config.`,
		Example: `  heddle up --demo
  heddle up --data /var/lib/heddle --listen 0.0.0.0:443 --external-url https://heddle.example.org`,
		Args: cobra.NoArgs,
	}
	if err := conf.Flags(&cfg, c.Flags()); err != nil {
		panic(err) // the struct is wrong, not the call
	}
	c.Flags().String("config", "", "YAML or JSON file with options")
	c.RunE = func(cmd *cobra.Command, _ []string) error {
		if err := conf.Resolve(&cfg, cmd.Flags(), os.LookupEnv); err != nil {
			return usage(err)
		}
		err := up.Run(cmd.Context(), cfg, run.Version(), e.out, e.err)
		if cmd.Context().Err() != nil && (err == nil || errors.Is(err, cmd.Context().Err())) {
			return nil
		}
		return err
	}
	return c
}

func (e *env) version() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Say which version this is", Args: cobra.NoArgs, Example: "  heddle version",
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Fprintln(e.out, run.Version())
			return err
		},
	}
}
