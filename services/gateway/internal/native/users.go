package native

import (
	"context"
	"net/http"
	"net/url"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (d *door) userRoutes() []rest.Route {
	act := func(verb, title, text string, f func(context.Context, nameRequest) (rest.Reply, error)) rest.Route {
		return rest.Handle("POST /admin/users/{name}/"+verb, operator, rest.Doc{Title: title, Text: text, Tags: adminTags,
			Response: exampleAccount, Errors: []fault.Kind{fault.Missing, fault.Conflict}}, f)
	}
	return []rest.Route{
		rest.Handle("GET /admin/users", operator, rest.Doc{
			Title: "List the users", Tags: adminTags, Text: "By login name.",
			Response: Users{Users: []authapi.Account{exampleAccount}, Next: "YWxpY2U"},
		}, d.users),
		rest.Handle("POST /admin/users", operator, rest.Doc{
			Title: "Add a user", Tags: adminTags,
			Text:    "The groups must exist. The same again changes nothing; another user of this name is 409.",
			Request: newUser{Name: "alice", Password: "alice123", Groups: []string{"users"}}, Response: exampleAccount,
			Errors: []fault.Kind{fault.Conflict},
		}, d.addUser),
		rest.Handle("GET /admin/users/{name}", operator, rest.Doc{
			Title: "Look at a user", Tags: adminTags, Text: "The `ETag` is the account's version.",
			Response: exampleAccount, Errors: []fault.Kind{fault.Missing},
		}, d.user),
		rest.Handle("PATCH /admin/users/{name}", operator, rest.Doc{
			Title: "Change a user", Tags: adminTags,
			Text:    "All of it or nothing. What is left out stays as it is; an empty list or text removes. " + ifMatchText,
			Request: userChange{RealName: ptr("Alice Liddell"), DefaultGroup: ptr("users")}, Response: exampleAccount,
			Errors: []fault.Kind{fault.Missing, fault.Conflict},
		}, d.changeUser),
		act("disable", "Keep a user out", "Everything that was given to them ends within two seconds. The last active operator cannot be disabled.",
			d.switching(false)),
		act("enable", "Let a user in again", "The reverse of keeping them out; nothing changes for a user who is let in.", d.switching(true)),
		act("sign-out", "Sign a user out everywhere", "Every session, access token and grant of theirs ends within two seconds.",
			func(ctx context.Context, q nameRequest) (rest.Reply, error) {
				return d.edit(ctx, q.Name, precondition{}, authapi.Edit{Do: authapi.EndSessions})
			}),
		rest.Handle("POST /admin/users/{name}/password", operator, rest.Doc{
			Title: "Give a user a new password", Tags: adminTags,
			Text:    "Everything that was given to them before ends, but for their API keys.",
			Request: newPassword{"correct horse battery staple"}, Response: exampleAccount, Errors: []fault.Kind{fault.Missing},
		}, d.setPassword),
	}
}

// Users is a page of accounts.
type Users struct {
	Users []authapi.Account `json:"users"`
	Next  string            `json:"next,omitempty" doc:"cursor of the following page; absent at the end"`
}

func (d *door) users(ctx context.Context, q paging) (rest.Reply, error) {
	l, err := d.Backend.Admin.Accounts(ctx, authapi.Empty{})
	if err != nil {
		return rest.Reply{}, err
	}
	part, next, err := cut(l.Accounts, func(a authapi.Account) string { return a.Name }, q)
	return paged(ctx, "/admin/users", next, Users{part, next}), err
}

type newUser struct {
	Name     string   `json:"name" required:"true" doc:"login name"`
	Password string   `json:"password" required:"true" doc:"password"`
	Groups   []string `json:"groups,omitempty" doc:"groups, which exist; the first is the default"`
	Roles    []string `json:"roles,omitempty" doc:"platform roles: operator"`
}

type newUserRequest struct {
	Body newUser `body:"json" required:"true"`
}

func (d *door) addUser(ctx context.Context, q newUserRequest) (rest.Reply, error) {
	u, err := d.Backend.Auth.RegisterUser(ctx, authapi.RegisterRequest{
		Name: q.Body.Name, Password: q.Body.Password, Groups: q.Body.Groups, Roles: q.Body.Roles})
	if err != nil {
		return rest.Reply{}, err
	}
	reply, err := d.account(ctx, u.Name)
	if err != nil {
		return reply, err
	}
	reply.Status = http.StatusCreated
	reply.Header.Set("Location", placeOf(ctx).base+"/admin/users/"+url.PathEscape(u.Name))
	return reply, nil
}

func (d *door) user(ctx context.Context, q struct {
	Name string `path:"name" doc:"login name"`
	Seen string `header:"If-None-Match" doc:"ETags; if the account still has one of them the answer is 304, without a body"`
}) (rest.Reply, error) {
	reply, err := d.account(ctx, q.Name)
	if err == nil && rest.NotModified(q.Seen, reply.Header.Get("Etag")) {
		reply.Status, reply.Body = http.StatusNotModified, nil
	}
	return reply, err
}

// account is a user as operators see it, as of now.
func (d *door) account(ctx context.Context, name string) (rest.Reply, error) {
	a, err := d.Backend.Admin.Account(ctx, authapi.UserRequest{Name: name})
	if err != nil {
		return rest.Reply{}, err
	}
	return versioned(0, a.Version, a), nil
}

// switching lets users in or keeps them out.
func (d *door) switching(on bool) func(context.Context, nameRequest) (rest.Reply, error) {
	return func(ctx context.Context, q nameRequest) (rest.Reply, error) {
		ctx, cancel := outliving(ctx)
		defer cancel()
		do := d.Backend.Accounts.DisableUser
		if on {
			do = d.Backend.Accounts.EnableUser
		}
		if _, err := do(ctx, authapi.UserRequest{Name: q.Name}); err != nil {
			return rest.Reply{}, err
		}
		return d.account(ctx, q.Name)
	}
}

type newPassword struct {
	Password string `json:"password" required:"true" doc:"the new password"`
}

type passwordRequest struct {
	Name string      `path:"name" doc:"login name"`
	Body newPassword `body:"json" required:"true"`
}

func (d *door) setPassword(ctx context.Context, q passwordRequest) (rest.Reply, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	if _, err := d.Backend.Accounts.SetPassword(ctx, authapi.PasswordRequest{Name: q.Name, Password: q.Body.Password}); err != nil {
		return rest.Reply{}, err
	}
	return d.account(ctx, q.Name)
}
