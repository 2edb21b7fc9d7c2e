package cli

import (
	"github.com/spf13/cobra"
)

func (e *env) logs() *cobra.Command {
	var live, stderr bool
	c := &cobra.Command{
		Use: "logs ID", Short: "Print a job's output",
		Example: "  heddle logs 0f3k9m2p1qs\n  heddle logs -f 0f3k9m2p1qs\n  heddle logs --stderr 0f3k9m2p1qs",
		Args:    cobra.ExactArgs(1), ValidArgsFunction: e.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			cl, err := e.client()
			if err != nil {
				return err
			}
			if _, err := cl.Job(cmd.Context(), args[0]); err != nil {
				return err
			}
			name := "stdout"
			if stderr {
				name = "stderr"
			}
			return follow(cmd.Context(), cl, args[0], name, e.out, live)
		},
	}
	c.Flags().BoolVarP(&live, "follow", "f", false, "go on until the job has ended")
	c.Flags().BoolVar(&stderr, "stderr", false, "standard error instead of standard output")
	return c
}
