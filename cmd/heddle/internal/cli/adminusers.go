package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (e *env) adminUsers() *cobra.Command {
	return group("users", "Add users, and give and take what is theirs", "",
		e.usersList(), e.usersAdd(), e.usersShow(), e.usersSet(), e.usersPassword(),
		e.usersEnd("disable", "Keep a user out, at once", "keeps %s out and ends all that was given to them"),
		e.usersDo("enable NAME", "Let a user in again", "  heddle admin users enable alice"),
		e.usersEnd("sign-out", "Sign a user out everywhere", "ends every session, token and grant of %s"),
		e.usersVO("suspend", "Keep a user out of a virtual organisation"),
		e.usersVO("resume", "Let a user into a virtual organisation again"),
		e.usersPart("join NAME GROUP", "Put a user in a group", "alice users", true, "groups"),
		e.usersPart("leave NAME GROUP", "Take a user out of a group", "alice users", false, "groups"),
		e.usersPart("give NAME ROLE", "Give a user a platform role (operator)", "alice operator", true, "roles"),
		e.usersPart("take NAME ROLE", "Take a platform role from a user", "alice operator", false, "roles"),
		e.usersPart("link NAME PROVIDER SUBJECT", "Say who a user is at a federated provider", "alice campus 5f2c", true, "links"),
		e.usersPart("unlink NAME PROVIDER SUBJECT", "Forget who a user is at a federated provider", "alice campus 5f2c", false, "links"),
		e.usersLogin(), e.usersCert(), e.usersKey())
}

func userColumns() []column[authapi.Account] {
	return []column[authapi.Account]{
		{"name", func(a authapi.Account) string { return a.Name }},
		{"real name", func(a authapi.Account) string { return a.RealName }},
		{"groups", func(a authapi.Account) string { return words(a.Groups) }},
		{"roles", func(a authapi.Account) string { return words(a.Roles) }},
		{"last login", func(a authapi.Account) string { return when(a.LastLogin) }},
		{"disabled", func(a authapi.Account) string { return yes(a.Disabled) }},
	}
}

func userDetails() []column[authapi.Account] {
	return append(userColumns(), []column[authapi.Account]{
		{"id", func(a authapi.Account) string { return a.ID }},
		{"email", func(a authapi.Account) string { return a.Email }},
		{"since", func(a authapi.Account) string { return when(a.Since) }},
		{"certificates", func(a authapi.Account) string { return strings.Join(a.Certificates, ", ") }},
		{"Unix logins", func(a authapi.Account) string { return words(a.Logins) }},
		{"keys", func(a authapi.Account) string {
			var out []string
			for _, k := range a.Keys {
				out = append(out, strings.TrimSpace(k.ID+" "+k.Comment))
			}
			return strings.Join(out, ", ")
		}},
		{"links", func(a authapi.Account) string {
			var out []string
			for _, l := range a.Links {
				out = append(out, l.Provider+" "+l.Subject)
			}
			return strings.Join(out, ", ")
		}},
		{"suspended in", func(a authapi.Account) string { return words(a.Suspended) }},
		{"permissions", func(a authapi.Account) string { return words(a.Permissions) }},
		{"core4 roles", func(a authapi.Account) string { return words(a.RoleNames) }},
		{"version", func(a authapi.Account) string { return fmt.Sprint(a.Version) }},
	}...)
}

func (e *env) showUser(a authapi.Account, err error) error {
	if err != nil {
		return err
	}
	return showOne(e, a, userDetails()...)
}

func (e *env) usersList() *cobra.Command {
	return e.remote(&cobra.Command{
		Use: "list", Short: "List all users", Args: cobra.NoArgs, Example: "  heddle admin users list\n  heddle admin users list -o name",
	}, func(ctx context.Context, cl *api.Client, _ []string) error {
		users, err := cl.Users(ctx)
		if err != nil {
			return err
		}
		return showList(e, users, userColumns()...)
	})
}

func (e *env) usersAdd() *cobra.Command {
	var r authapi.RegisterRequest
	var password newPassword
	var operator bool
	var profile changes
	c := &cobra.Command{
		Use: "add NAME", Short: "Add a user",
		Example: `  heddle admin users add bob --group users --generate
  echo secret | heddle admin users add carol --real-name "Carol C." --operator --password-stdin`,
		Args: cobra.ExactArgs(1),
	}
	e.remote(c, func(ctx context.Context, cl *api.Client, args []string) (err error) {
		r.Name = args[0]
		if operator {
			r.Roles = []string{"operator"}
		}
		if r.Password, err = password.get(e); err != nil {
			return err
		}
		change, err := profile.change()
		if err != nil {
			return err
		}
		a, err := cl.AddUser(ctx, r)
		if err == nil && len(change) > 0 {
			a, err = cl.ChangeUser(ctx, r.Name, change)
		}
		return password.tell(e, r.Name, r.Password, e.showUser(a, err))
	})
	c.Flags().StringArrayVar(&r.Groups, "group", nil, "group (repeatable; the first is the default)")
	c.Flags().BoolVar(&operator, "operator", false, "may see and change everything")
	profile.text(c, "real-name", "", "real_name", "as people call them")
	profile.text(c, "email", "", "email", "address")
	password.flags(c)
	return c
}

func (e *env) usersShow() *cobra.Command {
	return e.remote(&cobra.Command{
		Use: "show NAME", Short: "Show all that is known of a user", Args: cobra.ExactArgs(1), Example: "  heddle admin users show alice",
	}, func(ctx context.Context, cl *api.Client, args []string) error {
		return e.showUser(cl.User(ctx, args[0]))
	})
}

func (e *env) usersSet() *cobra.Command {
	var change changes
	c := &cobra.Command{
		Use: "set NAME", Short: "Change what is known of a user", Args: cobra.ExactArgs(1),
		Long: "Changes what the flags name and leaves the rest. A list is replaced as a whole; an empty text empties it.",
		Example: `  heddle admin users set alice --real-name "Alice Liddell" --default-group users
  heddle admin users set alice --permission 'api://core4.api.v1.request.queue/r' --core4-role standard_user`,
	}
	e.remote(c, func(ctx context.Context, cl *api.Client, args []string) error {
		with, err := change.needed()
		if err != nil {
			return err
		}
		return e.showUser(cl.ChangeUser(ctx, args[0], with))
	})
	change.text(c, "real-name", "", "real_name", "as people call them")
	change.text(c, "email", "", "email", "address")
	change.text(c, "default-group", "", "default_group", "the one of their groups that they act in")
	change.list(c, "permission", "", "permissions", "core4 permission (repeatable: all of them)")
	change.list(c, "core4-role", "", "role_names", "core4 role (repeatable: all of them)")
	return c
}

func (e *env) usersDo(use, short, example string) *cobra.Command {
	verb, _, _ := strings.Cut(use, " ")
	return e.remote(&cobra.Command{Use: use, Short: short, Example: example, Args: cobra.ExactArgs(1)},
		func(ctx context.Context, cl *api.Client, args []string) error {
			return e.showUser(cl.ActOnUser(ctx, args[0], verb, nil))
		})
}

// usersEnd is an act that has to be meant.
func (e *env) usersEnd(verb, short, what string) *cobra.Command {
	var s sure
	return s.flag(e.remote(&cobra.Command{Use: verb + " NAME", Short: short, Example: "  heddle admin users " + verb + " bob --yes", Args: cobra.ExactArgs(1)},
		func(ctx context.Context, cl *api.Client, args []string) error {
			if err := s.check(what, args[0]); err != nil {
				return err
			}
			return e.showUser(cl.ActOnUser(ctx, args[0], verb, nil))
		}))
}

func (e *env) usersVO(verb, short string) *cobra.Command {
	return e.remote(&cobra.Command{Use: verb + " NAME VO", Short: short, Example: "  heddle admin users " + verb + " alice cms", Args: cobra.ExactArgs(2)},
		func(ctx context.Context, cl *api.Client, args []string) error {
			return e.showUser(cl.ActOnUser(ctx, args[0], verb, api.Change{"vo": args[1]}))
		})
}

// usersPart gives or takes what the arguments behind the name say.
func (e *env) usersPart(use, short, example string, give bool, kind string) *cobra.Command {
	verb := strings.Fields(use)
	return e.remote(&cobra.Command{Use: use, Short: short, Example: "  heddle admin users " + verb[0] + " " + example, Args: cobra.ExactArgs(len(verb) - 1)},
		func(ctx context.Context, cl *api.Client, args []string) error {
			act := cl.Take
			if give {
				act = cl.Give
			}
			return e.showUser(act(ctx, args[0], append([]string{kind}, args[1:]...)...))
		})
}
