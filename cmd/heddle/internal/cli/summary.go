package cli

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/spf13/cobra"
)

// summary is the command that counts jobs.
func (e *env) summary() *cobra.Command {
	q := url.Values{}
	c := &cobra.Command{
		Use: "summary", Short: "Count jobs by what they are",
		Example: "  heddle summary\n  heddle summary --by site --by state --tag nightly",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cl, err := e.client()
			if err != nil {
				return err
			}
			s, err := cl.Summary(cmd.Context(), q)
			if err != nil {
				return err
			}
			if e.isJSON() {
				return e.json(s)
			}
			for _, row := range s.Rows {
				if _, err := fmt.Fprintf(e.out, "%8d  %s\n", row.Jobs, clean(strings.Join(row.Values, "  "))); err != nil {
					return err
				}
			}
			return nil
		},
	}
	for flag, help := range map[string]string{
		"by":    "state, site, owner, group, name, job_group or job_type (repeatable; default: state)",
		"state": "only in this state (repeatable)", "site": "only at this site (repeatable)", "name": "only with this name (repeatable)",
		"group": "only of this group (repeatable)", "tag": "only with this tag (repeatable: all of them)",
	} {
		c.Flags().Var(queryFlag{q, flag}, flag, help)
	}
	return c
}
