package native

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (d *door) meRoutes() []rest.Route {
	tags := []string{"account"}
	user := who.Authenticated
	return []rest.Route{
		rest.Handle("GET /me", user, rest.Doc{
			Title: "Who am I?", Tags: tags,
			Text:     "The caller as the services see them: groups, roles, how they proved who they are, and their account. The `ETag` is the account's version.",
			Response: exampleMe,
		}, d.me),
		rest.Handle("PATCH /me", user, rest.Doc{
			Title: "Change your name, address or password", Tags: tags,
			Text: "What is left out stays as it is. A new password, and a new address, need that you are here in person: with name and password or a certificate, not with a token. " +
				"It ends everything that was given to you before. " + ifMatchText,
			Request: meChange{RealName: ptr("Alice Liddell")}, Response: exampleAccount,
			Errors: []fault.Kind{fault.Conflict},
		}, d.changeMe),
		rest.Handle("GET /me/keys", user, rest.Doc{
			Title: "List the keys that you sign with", Tags: tags,
			Text:     "Their public halves. Operators add and remove them.",
			Response: UserKeys{exampleAccount.Keys},
		}, d.myKeys),
		rest.Handle("GET /me/certificates", user, rest.Doc{
			Title: "List the certificates that you are known by", Tags: tags,
			Text:     "Distinguished names in slash form. Operators add and remove them.",
			Response: Certificates{exampleAccount.Certificates},
		}, d.myCertificates),
		rest.Handle("POST /me/sign-out", user, rest.Doc{
			Title: "Sign out everywhere", Tags: tags,
			Text: "Every session, access token and grant of yours ends within two seconds, this one too. API keys stay; revoke them one by one.",
		}, d.signOut),
	}
}

// Me is the caller.
type Me struct {
	who.Principal
	Account *authapi.Account `json:"account,omitempty" doc:"what is known of the caller; absent while the user database cannot be asked"`
}

func (d *door) me(ctx context.Context, _ struct{}) (rest.Reply, error) {
	p := who.From(ctx)
	a, err := d.Backend.Profiles.Me(ctx, authapi.Empty{})
	switch {
	case fault.Is(err, fault.Unavailable): // who asks is known all the same
		return rest.Reply{Body: Me{p, nil}}, nil
	case err != nil:
		return rest.Reply{}, err
	}
	return versioned(0, a.Version, Me{p, &a}), nil
}

// meChange is authapi.ProfileChange without the version, which is a header.
type meChange struct {
	RealName *string `json:"real_name,omitempty" doc:"as people call you"`
	Email    *string `json:"email,omitempty" doc:"address for mails such as the reset of a password"`
	Password *string `json:"password,omitempty" doc:"new password"`
}

type meChangeRequest struct {
	precondition
	Body meChange `body:"json" required:"true"`
}

func (d *door) changeMe(ctx context.Context, q meChangeRequest) (rest.Reply, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	v, err := q.version()
	if err != nil {
		return rest.Reply{}, err
	}
	a, err := d.Backend.Profiles.ChangeMe(ctx, authapi.ProfileChange{
		Version: v, RealName: q.Body.RealName, Email: q.Body.Email, Password: q.Body.Password})
	return versioned(0, a.Version, a), err
}

// UserKeys and Certificates are lists.
type (
	UserKeys struct {
		Keys []authapi.UserKey `json:"keys"`
	}
	Certificates struct {
		Certificates []string `json:"certificates"`
	}
)

func (d *door) myKeys(ctx context.Context, _ struct{}) (UserKeys, error) {
	a, err := d.Backend.Profiles.Me(ctx, authapi.Empty{})
	return UserKeys{list(a.Keys)}, err
}

func (d *door) myCertificates(ctx context.Context, _ struct{}) (Certificates, error) {
	a, err := d.Backend.Profiles.Me(ctx, authapi.Empty{})
	return Certificates{list(a.Certificates)}, err
}

func (d *door) signOut(ctx context.Context, _ struct{}) (struct{}, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	_, err := d.Backend.Profiles.SignOut(ctx, authapi.Empty{})
	return struct{}{}, err
}
