package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (e *env) adminGroups() *cobra.Command {
	return group("groups", "Groups, and what membership entitles to", "", things(e, noun[api.Group]{
		kind: "groups", one: "group", flags: groupFlags, list: (*api.Client).Groups,
		columns: []column[api.Group]{
			{"name", func(g api.Group) string { return g.Name }},
			{"VO", func(g api.Group) string { return g.VO }},
			{"properties", func(g api.Group) string { return words(g.Properties) }},
			{"setups", func(g api.Group) string { return words(g.Setups) }},
			{"provider roles", func(g api.Group) string { return words(g.IdPRoles) }},
			{"longest grant", func(g api.Group) string { return lasting(g.Lifetime) }},
		},
		add: "--vo cms --property NormalUser", set: "--lifetime 86400",
	})...)
}

func lasting(seconds int64) string {
	if seconds == 0 {
		return ""
	}
	return (time.Duration(seconds) * time.Second).String()
}

func groupFlags(c *cobra.Command, cs *changes) {
	cs.text(c, "vo", "", "vo", "virtual organisation")
	cs.list(c, "property", "", "properties", "DIRAC property such as NormalUser (repeatable: all of them)")
	cs.list(c, "setup", "", "setups", "DIRAC setup (repeatable: all of them; none are all)")
	cs.list(c, "provider-role", "", "idp_roles", "role at a federated provider (repeatable: all of them)")
	cs.number(c, "lifetime", "lifetime", "longest life of a grant in the group, in seconds")
}

func (e *env) adminRoles() *cobra.Command {
	n := noun[authapi.Role]{
		kind: "roles", one: "role", flags: roleFlags, list: (*api.Client).Roles,
		columns: []column[authapi.Role]{
			{"name", func(r authapi.Role) string { return r.Name }},
			{"real name", func(r authapi.Role) string { return r.RealName }},
			{"permissions", func(r authapi.Role) string { return words(r.Perms) }},
			{"parents", func(r authapi.Role) string { return words(r.Parents) }},
			{"active", func(r authapi.Role) string { return yes(r.Active) }},
			{"version", func(r authapi.Role) string { return fmt.Sprint(r.Version) }},
		},
		add: "--permission api://core4.api.v1.request.queue/r", set: "--active=false",
	}
	return group("roles", "Roles of core4: names for permissions", "", append(things(e, n), e.removing("roles", "role", "takes the permissions of %s from everybody who has them by it"))...)
}

func roleFlags(c *cobra.Command, cs *changes) {
	cs.text(c, "real-name", "", "real_name", "as people call it")
	cs.list(c, "permission", "", "perms", "cop, api://…, job://…, app://… or mongodb://… (repeatable: all of them)")
	cs.list(c, "parent", "", "parents", "role whose permissions it has too (repeatable: all of them)")
	cs.truth(c, "active", "active", "an inactive role gives nothing")
}

// noun is a kind of thing that is listed, added, shown and changed.
type noun[T any] struct {
	kind, one string // "groups", "group"
	flags     func(*cobra.Command, *changes)
	list      func(*api.Client, context.Context) ([]T, error)
	columns   []column[T]
	add, set  string // flags for the examples
}

// things are the commands of a noun.
func things[T any](e *env, n noun[T]) []*cobra.Command {
	example := func(verb, flags string) string {
		return strings.TrimRight("  heddle admin "+n.kind+" "+verb+" "+flags, " ")
	}
	show := func(t T, err error) error {
		if err != nil {
			return err
		}
		return showOne(e, t, n.columns...)
	}
	var added, changed changes
	add := e.remote(&cobra.Command{Use: "add NAME", Short: "Add a " + n.one, Args: cobra.ExactArgs(1), Example: example("add mine", n.add)},
		func(ctx context.Context, cl *api.Client, args []string) error {
			what, err := added.change()
			if err != nil {
				return err
			}
			what["name"] = args[0]
			var t T
			err = cl.Add(ctx, n.kind, what, &t)
			return show(t, err)
		})
	set := e.remote(&cobra.Command{Use: "set NAME", Short: "Change a " + n.one, Args: cobra.ExactArgs(1), Example: example("set mine", n.set),
		Long: "Changes what the flags name and leaves the rest. A list is replaced as a whole; an empty text empties it."},
		func(ctx context.Context, cl *api.Client, args []string) error {
			with, err := changed.needed()
			if err != nil {
				return err
			}
			var t T
			err = cl.Set(ctx, n.kind, args[0], with, &t)
			return show(t, err)
		})
	n.flags(add, &added)
	n.flags(set, &changed)
	return []*cobra.Command{
		e.remote(&cobra.Command{Use: "list", Short: "List all " + n.kind, Args: cobra.NoArgs, Example: example("list", "")},
			func(ctx context.Context, cl *api.Client, _ []string) error {
				all, err := n.list(cl, ctx)
				if err != nil {
					return err
				}
				return showList(e, all, n.columns...)
			}),
		add,
		e.remote(&cobra.Command{Use: "show NAME", Short: "Show a " + n.one, Args: cobra.ExactArgs(1), Example: example("show mine", "")},
			func(ctx context.Context, cl *api.Client, args []string) error {
				var t T
				err := cl.One(ctx, n.kind, args[0], &t)
				return show(t, err)
			}),
		set,
	}
}

// removing is the command that removes one of a kind.
func (e *env) removing(kind, one, what string) *cobra.Command {
	var s sure
	return s.flag(e.remote(&cobra.Command{Use: "remove NAME", Short: "Remove a " + one, Args: cobra.ExactArgs(1), Example: "  heddle admin " + kind + " remove mine --yes"},
		func(ctx context.Context, cl *api.Client, args []string) error {
			if err := s.check(what, args[0]); err != nil {
				return err
			}
			return cl.Remove(ctx, kind, args[0])
		}))
}
