package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
)

// share is the command that says what others may do with jobs.
func (e *env) share() *cobra.Command {
	var read, write []string
	var nobody bool
	c := &cobra.Command{
		Use: "share ID... | -", Short: "Say who else may read jobs and their files, or act on them",
		Long: "Say who else may read jobs and their files, or act on them: these, in place of those before.\n\n" +
			"With whom is a login name, or GROUP:name, VO:name, ROLE:name or, as it is on a certificate,\nDN:/O=Grid/CN=Jane. What begins with other words and a colon is refused; UID:a:b is the user a:b.",
		Example: "  heddle share 0f3k9m2p1qs --read alice --write GROUP:physics\n  heddle jobs --tag ours -o name | heddle share - --read bob\n" +
			"  heddle share 0f3k9m2p1qs --nobody",
		Args: cobra.MinimumNArgs(1), ValidArgsFunction: e.completeJobs,
		RunE: func(cmd *cobra.Command, args []string) error {
			for _, name := range slices.Concat(read, write) {
				if kind, _, typed := strings.Cut(name, ":"); typed && !slices.Contains(kinds, kind) {
					return usagef("%q is none of %s", kind, strings.Join(kinds, ", "))
				}
			}
			entries := append(entriesOf("read", read), entriesOf("write", write)...) // never null
			if nobody == (len(entries) > 0) {
				return usagef("say with whom by --read and --write, or --nobody")
			}
			return e.each(cmd.Context(), args, func(cl *api.Client, id string) error {
				_, err := cl.ChangeJob(cmd.Context(), id, api.Change{"acl": entries})
				return err
			})
		},
	}
	c.Flags().StringArrayVar(&read, "read", nil, "who may read them (repeatable)")
	c.Flags().StringArrayVar(&write, "write", nil, "who may act on them and change their files, too (repeatable)")
	c.Flags().BoolVar(&nobody, "nobody", false, "nobody but yourself")
	return c
}

// kinds are what a name in an access list may be of.
var kinds = []string{"DN", "VO", "GROUP", "UID", "ROLE"}

// entriesOf are the lines of an access list. Who is named without saying what
// the name is of is a user.
func entriesOf(access string, whom []string) []string {
	entries := []string{}
	for _, name := range whom {
		if !strings.Contains(name, ":") {
			name = "UID:" + name
		}
		entries = append(entries, access+":"+name)
	}
	return entries
}
