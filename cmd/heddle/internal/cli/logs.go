package cli

import (
	"github.com/spf13/cobra"
)

func (e *env) logs() *cobra.Command {
	var stderr bool
	o := output{name: "stdout"}
	c := &cobra.Command{
		Use: "logs ID", Short: "Print a job's output",
		Example: "  heddle logs 0f3k9m2p1qs\n  heddle logs -f --tail 10 0f3k9m2p1qs\n  heddle logs --stderr 0f3k9m2p1qs",
		Args:    cobra.ExactArgs(1), ValidArgsFunction: e.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			cl, err := e.client()
			if err != nil {
				return err
			}
			if _, err := cl.Job(cmd.Context(), args[0]); err != nil {
				return err
			}
			if stderr {
				o.name = "stderr"
			}
			return e.show(cmd.Context(), cl, args[0], o, e.out)
		},
	}
	c.Flags().BoolVarP(&o.live, "follow", "f", false, "go on until the job has ended")
	c.Flags().IntVar(&o.tail, "tail", -1, "begin with the last `N` lines; less than 0: with the first")
	c.Flags().BoolVar(&stderr, "stderr", false, "standard error instead of standard output")
	return c
}
