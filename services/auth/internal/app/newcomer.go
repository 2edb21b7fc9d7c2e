package app

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
	"github.com/heddle-dev/heddle/services/auth/internal/view"
)

// linked is the user whom a provider means. The link alone says so: a name or
// a mail address there may be another person's here.
func (a *App) linked(ctx context.Context, id federation.Identity) (view.User, error) {
	if err := a.View.Fresh(ctx); err != nil {
		return view.User{}, problem(err)
	}
	u, err := a.View.UserByLink(ctx, id.Provider, id.Subject)
	switch {
	case errors.Is(err, view.ErrNone):
		return a.newcomer(ctx, id)
	case err != nil:
		return u, problem(err)
	case !u.Active():
		return u, keptOut()
	default:
		return u, nil
	}
}

// newcomer registers whom the provider names, if it may and nobody here is
// called so.
func (a *App) newcomer(ctx context.Context, id federation.Identity) (view.User, error) {
	claimed, err := a.View.Taken(ctx, view.Link, view.LinkOf(id.Provider, id.Subject), "")
	if err != nil || claimed {
		return view.User{}, cmp.Or(problem(err), twice(id))
	}
	name, syntax := user.ParseName(id.Name)
	userID := idOf("user", string(name))
	if syntax == nil {
		if u, err := a.user(ctx, userID); err != nil || u.Exists() {
			return view.User{}, cmp.Or(err, namesake(name, id))
		}
	}
	switch {
	case !id.Create:
		return view.User{}, stranger(id)
	case syntax != nil:
		return view.User{}, nameless(id)
	}
	if err := a.registerLinked(through(ctx, userID, string(name), id), userID, name, id); err != nil && fault.From(err).Code != "user.taken" {
		return view.User{}, err
	}
	// Who was faster may have been the same person in another window.
	u, err := a.View.UserByLink(ctx, id.Provider, id.Subject)
	if errors.Is(err, view.ErrNone) {
		return u, namesake(name, id)
	}
	return u, problem(err)
}

// registerLinked makes the user and the link in one step: who has only the one
// could never come in. It leaves out what the provider says and Heddle does
// not take, such as an address that is another user's.
func (a *App) registerLinked(ctx context.Context, userID string, name user.Name, id federation.Identity) error {
	all := user.Several{user.Register{ID: userID, Name: name}, user.Link{Provider: id.Provider, Subject: id.Subject}}
	if text, err := user.ParseRealName(id.RealName); err == nil {
		all = append(all, user.SetRealName{RealName: text})
	}
	if email, err := user.ParseEmail(id.Email); err == nil && email != "" {
		taken, err := a.View.Taken(ctx, view.Email, strings.ToLower(id.Email), userID)
		if err != nil {
			return problem(err)
		}
		if !taken {
			all = append(all, user.SetEmail{Email: email})
		}
	}
	_, err := handle(ctx, a, users, authapi.UserTopic(userID), "user/"+userID, user.Command(all))
	return err
}

// regroup adds and takes the groups that the provider decides on, and no
// other. One that nobody has made here is passed over.
func (a *App) regroup(ctx context.Context, u view.User, id federation.Identity) error {
	for _, name := range id.Managed {
		is, shall := slices.Contains(u.Groups, name), slices.Contains(id.Groups, name)
		if is == shall {
			continue
		}
		cmd := user.Command(user.Leave{Group: name})
		if shall {
			there, err := a.groupExists(ctx, name)
			if err != nil {
				return err
			}
			if !there {
				continue
			}
			cmd = user.Join{Group: name}
		}
		if _, err := handle(ctx, a, users, authapi.UserTopic(u.ID), "user/"+u.ID, cmd); err != nil {
			return err
		}
	}
	return nil
}

func namesake(name user.Name, id federation.Identity) error {
	return fault.New(fault.Denied, "federation.unlinked",
		"There is a user %q here who is not linked with your account at %s. If that is you, ask your administrator to link the user with the provider %q and the subject %q.",
		name, id.Title, id.Provider, id.Subject)
}

func twice(id federation.Identity) error {
	return fault.New(fault.Denied, "federation.ambiguous",
		"Several users here are linked with your account at %s. Ask your administrator to leave one: the provider is %q, the subject %q.",
		id.Title, id.Provider, id.Subject)
}

func stranger(id federation.Identity) error {
	return fault.New(fault.Denied, "federation.unknown",
		"Nobody here is linked with your account at %s. Ask your administrator for a user, linked with the provider %q and the subject %q.",
		id.Title, id.Provider, id.Subject)
}

func nameless(id federation.Identity) error {
	return fault.New(fault.Denied, "federation.name",
		"%s does not say a name that a user here can have: a letter followed by up to 63 letters, digits, dots, dashes or underscores. Ask your administrator for a user, linked with the provider %q and the subject %q.",
		id.Title, id.Provider, id.Subject)
}
