package native

import (
	"context"
	"encoding/json"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// userEditRoutes are the parts of an account that come and go one by one.
// Adding what is there and removing what is not changes nothing.
func (d *door) userEditRoutes() []rest.Route {
	const user = " /admin/users/{name}"
	doc := func(title, text string) rest.Doc {
		return rest.Doc{Title: title, Text: text, Tags: adminTags, Response: exampleAccount, Errors: []fault.Kind{fault.Missing, fault.Conflict}}
	}
	member := func(method, pattern, title, text string, verb authapi.Verb) rest.Route {
		return rest.Handle(method+user+pattern, operator, doc(title, text), func(ctx context.Context, q partRequest) (rest.Reply, error) {
			return d.edit(ctx, q.Name, q.precondition, authapi.Edit{Do: verb, Value: q.Value})
		})
	}
	link := func(method, title, text string, verb authapi.Verb) rest.Route {
		return rest.Handle(method+user+"/links/{provider}/{subject}", operator, doc(title, text), func(ctx context.Context, q linkRequest) (rest.Reply, error) {
			return d.edit(ctx, q.Name, q.precondition, authapi.Edit{Do: verb, Value: q.Provider, Detail: q.Subject})
		})
	}
	return append([]rest.Route{
		member("PUT", "/groups/{value}", "Put a user in a group", "The group must exist.", authapi.JoinGroup),
		member("DELETE", "/groups/{value}", "Take a user out of a group", "What was given to them for the group ends.", authapi.LeaveGroup),
		member("PUT", "/roles/{value}", "Give a user a platform role", "There is one: `operator`.", authapi.GiveRole),
		member("DELETE", "/roles/{value}", "Take a platform role from a user", "The last active operator keeps it.", authapi.TakeRole),
		member("PUT", "/logins/{value}", "Let a user's jobs run under a Unix login", "A login is one user's; the first is the default.", authapi.AddLogin),
		member("DELETE", "/logins/{value}", "Take a Unix login from a user", "The reverse of adding it; to take one that is not there changes nothing.", authapi.RemoveLogin),
		link("PUT", "Say who a user is at a federated provider", "Then they can sign in there.", authapi.AddLink),
		link("DELETE", "Forget who a user is at a federated provider", "The reverse of saying so; to forget what is not known changes nothing.", authapi.RemoveLink),
	}, d.userProofRoutes(doc)...)
}

type (
	partRequest struct {
		precondition
		Name  string `path:"name" doc:"login name"`
		Value string `path:"value"`
	}
	linkRequest struct {
		precondition
		Name     string `path:"name" doc:"login name"`
		Provider string `path:"provider" doc:"name of the provider"`
		Subject  string `path:"subject" doc:"the sub that the provider gives the user"`
	}
	voRequest struct {
		precondition
		Name string `path:"name" doc:"login name"`
		Body inVO   `body:"json" required:"true"`
	}
	inVO struct {
		VO string `json:"vo" required:"true" doc:"virtual organisation"`
	}
	certificateRequest struct {
		precondition
		Name string         `path:"name" doc:"login name"`
		Body newCertificate `body:"json" required:"true"`
	}
	newCertificate struct {
		DN  string `json:"dn,omitempty" doc:"distinguished name, slash form"`
		PEM string `json:"pem,omitempty" doc:"or the certificate itself, of which the name is taken"`
	}
	keyRequest struct {
		precondition
		Name string `path:"name" doc:"login name"`
		Body newKey `body:"json" required:"true"`
	}
	newKey struct {
		JWK     json.RawMessage `json:"jwk" required:"true" doc:"public half, RFC 7517"`
		Comment string          `json:"comment,omitempty" doc:"where the other half is"`
	}
)

// edit does edits of one account at once.
func (d *door) edit(ctx context.Context, name string, p precondition, edits ...authapi.Edit) (rest.Reply, error) {
	ctx, cancel := outliving(ctx)
	defer cancel()
	v, err := p.version()
	if err != nil {
		return rest.Reply{}, err
	}
	a, err := d.Backend.Admin.ChangeAccount(ctx, authapi.AccountChange{Name: name, Version: v, Edits: edits})
	if err != nil {
		return rest.Reply{}, fault.From(err).Renamed(authapi.PlacesOf(edits, editNames))
	}
	return versioned(0, a.Version, a), nil
}

// editNames are what the requests call what an edit consists of.
var editNames = map[authapi.Verb]authapi.EditNames{
	authapi.JoinGroup: {Value: "value"}, authapi.LeaveGroup: {Value: "value"},
	authapi.GiveRole: {Value: "value"}, authapi.TakeRole: {Value: "value"},
	authapi.AddLogin: {Value: "value"}, authapi.RemoveLogin: {Value: "value"}, authapi.RemoveKey: {Value: "value"},
	authapi.AddLink: {Value: "provider", Detail: "subject"}, authapi.RemoveLink: {Value: "provider", Detail: "subject"},
	authapi.AddCertificate: {Value: "dn"}, authapi.RemoveCertificate: {Value: "dn"},
	authapi.AddKey: {Value: "jwk", Detail: "comment"}, authapi.SuspendIn: {Value: "vo"}, authapi.ResumeIn: {Value: "vo"},
	authapi.SetRealName: {Value: "real_name"}, authapi.SetEmail: {Value: "email"}, authapi.SetDefaultGroup: {Value: "default_group"},
	authapi.SetPermissions: {List: "permissions"}, authapi.SetRoleNames: {List: "role_names"},
}

// userChange is what can be replaced as a whole.
type userChange struct {
	RealName     *string   `json:"real_name,omitempty" doc:"as people call them"`
	Email        *string   `json:"email,omitempty" doc:"address"`
	DefaultGroup *string   `json:"default_group,omitempty" doc:"one of their groups"`
	Permissions  *[]string `json:"permissions,omitempty" doc:"own permissions of core4, all of them"`
	RoleNames    *[]string `json:"role_names,omitempty" doc:"roles of core4, all of them"`
}

func (c userChange) edits() []authapi.Edit {
	var out []authapi.Edit
	for _, e := range []struct {
		do   authapi.Verb
		text *string
		list *[]string
	}{
		{authapi.SetRealName, c.RealName, nil}, {authapi.SetEmail, c.Email, nil}, {authapi.SetDefaultGroup, c.DefaultGroup, nil},
		{authapi.SetPermissions, nil, c.Permissions}, {authapi.SetRoleNames, nil, c.RoleNames},
	} {
		switch {
		case e.text != nil:
			out = append(out, authapi.Edit{Do: e.do, Value: *e.text})
		case e.list != nil:
			out = append(out, authapi.Edit{Do: e.do, List: *e.list})
		}
	}
	return out
}

type userChangeRequest struct {
	precondition
	Name string     `path:"name" doc:"login name"`
	Body userChange `body:"json" required:"true"`
}

func (d *door) changeUser(ctx context.Context, q userChangeRequest) (rest.Reply, error) {
	return d.edit(ctx, q.Name, q.precondition, q.Body.edits()...)
}

type nameRequest struct {
	Name string `path:"name" doc:"login name"`
}
