package core4

import (
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// profileHandler is what users see and change of themselves.
func (d *door) profileHandler() *app.Handler {
	return &app.Handler{
		Qual: "core4.api.v1.request.standard.profile.ProfileHandler", Title: "Your profile", Author: author,
		Methods: app.Methods{http.MethodGet: d.getProfile, http.MethodPut: d.putProfile},
		Docs:    docsOf(map[string]string{http.MethodGet: "profile.get", http.MethodPut: "profile.put"}),
	}
}

func (d *door) getProfile(c *app.Call) (any, error) {
	me, err := d.Backend.Profiles.Me(c.Context(), authapi.Empty{})
	if err != nil {
		return nil, err
	}
	doc := d.profile(c, me)
	if c.Prefers() == media.HTML {
		return nil, d.page(c, http.StatusOK, "profile", shown{Frame: page.Frame{Title: "Profile"}, Doc: doc})
	}
	return doc, nil
}

func (d *door) profile(c *app.Call, me authapi.Account) document {
	doc := userDocument(me).totals(me.PermissionsTotal, me.RoleNamesTotal)
	doc["token_expires"] = nil
	if isCore4(edge.From(c.Context())) {
		doc["token_expires"] = moment(edge.From(c.Context()).Facts.Expires)
	}
	return doc
}

// attempts are how often a change is tried when others, a login for one,
// change the account at the same time.
const attempts = 3

func (d *door) putProfile(c *app.Call) (any, error) {
	tag, err := arg.Get[string](c.Args, "etag")
	if err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		me, err := d.Backend.Profiles.Me(c.Context(), authapi.Empty{})
		if err != nil {
			return nil, err
		}
		if err := matches(userDocument(me), tag); err != nil {
			return nil, err
		}
		change, any := profileChange(c.Args, me)
		if !any {
			return noChanges, nil
		}
		changed, err := d.Backend.Profiles.ChangeMe(c.Context(), change)
		if fault.Is(err, fault.Conflict) && n < attempts {
			continue
		}
		if err != nil {
			return nil, refusal(err)
		}
		if change.Password != nil {
			d.signInAgain(c, changed.Name, *change.Password)
		}
		return d.profile(c, changed), nil
	}
}

// noChanges is the data of a change that asks for what is so.
const noChanges = "no changes"

// profileChange is what of the arguments differs from the account.
func profileChange(args arg.Values, me authapi.Account) (change authapi.ProfileChange, any bool) {
	change.Version = me.Version
	differs := func(name, now, text string) *string {
		if !args.Has(name) || text == now {
			return nil
		}
		any = true
		return &text
	}
	change.RealName = differs("realname", me.RealName, args.Text("realname"))
	change.Email = differs("email", me.Email, address(args.Text("email")))
	change.Password = differs("passwd", "", args.Text("passwd"))
	return change, any
}

// signInAgain gives whoever changed their password a new token: the old ones
// ended with the password.
func (d *door) signInAgain(c *app.Call, name, password string) {
	if !isCore4(edge.From(c.Context())) {
		return
	}
	p, err := d.resolve(c, credential{name: name, password: password}, false)
	if err == nil {
		_, err = d.Tokens.issue(c.Header(), c.Request(), p)
	}
	if err != nil {
		d.Log.WarnContext(c.Context(), "nobody was signed in again after a change of the password", "reason", err)
	}
}

// matches refuses a change of what has changed meanwhile.
func matches(doc document, tag string) error {
	if doc["etag"] != tag {
		return fault.New(fault.Invalid, "core4.etag", "user or role [%s] with etag [%s] not found", doc["name"], tag)
	}
	return nil
}

// refusal gives a refusal of the auth service the status that core4's clients know.
func refusal(err error) error {
	if !fault.Is(err, fault.Conflict) {
		return err
	}
	f := fault.From(err)
	if f.Code == "user.taken" || f.Code == "role.taken" || f.Code == "email.taken" {
		return errExists
	}
	if f.Code == authapi.Stale().Code {
		return fault.Wrap(err, fault.Invalid, "core4.etag", "user or role with etag not found: %s", f.Message)
	}
	return fault.Wrap(err, fault.Invalid, "core4.conflict", "%s", f.Message)
}

var errExists = fault.New(fault.Invalid, "core4.exists", "name or email exists")
