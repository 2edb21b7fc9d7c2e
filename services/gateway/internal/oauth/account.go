package oauth

import (
	"context"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth/pages"
)

// done is what the account page says after something was ended; the address
// names only which.
var done = map[string]string{
	"disconnect": "The application is disconnected: its tokens ended just now.",
	"revoke-key": "The key is revoked: it ended just now.",
}

// accountPage shows what acts for a person.
func (d *door) accountPage(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	return d.showAccount(w, r, http.StatusOK, done[once(q, "done")], "")
}

func (d *door) showAccount(w http.ResponseWriter, r *http.Request, status int, good, notice string) error {
	v := visit(r)
	p := pages.Account{Frame: d.frame(r, "Your account"), CSRF: v.Token("account", "")}
	p.Shape, p.Notice, p.Good = page.Wide, notice, good
	ctx, cancel := context.WithTimeout(as(r, v), accountWait)
	defer cancel()
	grants, err := d.Backend.Grants.Grants(ctx, authapi.Owner{})
	p.NoGrants = err != nil
	for _, g := range grants.Grants {
		p.Grants = append(p.Grants, pages.Grant{
			ID: g.ID, Client: *client(g.Client), Scopes: g.Scopes, Group: g.Group,
			Begun: day(g.Begun), Used: day(g.Used), Expires: day(g.Expires),
		})
	}
	keys, err := d.Backend.APIKeys.APIKeys(ctx, authapi.Owner{})
	p.NoKeys = err != nil
	for _, k := range keys.Keys {
		p.Keys = append(p.Keys, pages.Key{
			ID: k.ID, Name: k.Name, Scopes: k.Scopes, Group: k.Group,
			Created: day(k.Created), Used: day(k.Used), Expires: day(k.Expires),
		})
	}
	return pages.Write(w, r, status, pages.AccountPage, p, "")
}

// accountWait is for both lists: the page shows the one that is there.
const accountWait = 3 * time.Second

// account ends one of the things that it shows, or all of them.
func (d *door) account(w http.ResponseWriter, r *http.Request) error {
	f, err := body(w, r)
	if err != nil {
		return err
	}
	v, do, id := visit(r), once(f, "do"), once(f, "id")
	if !v.Sent("account", "", once(f, "csrf")) {
		return d.showAccount(w, r, http.StatusForbidden, "", strange)
	}
	switch do {
	case "disconnect":
		_, err = d.Backend.Grants.RevokeGrant(as(r, v), authapi.GrantRef{ID: id})
	case "revoke-key":
		_, err = d.Backend.APIKeys.RevokeAPIKey(as(r, v), authapi.APIKeyRef{ID: id})
	case "sign-out":
		return d.everywhere(w, r)
	default:
		return authapi.Refuse(authapi.InvalidRequest, "do must be disconnect, revoke-key or sign-out.")
	}
	if fault.Is(err, fault.Missing) {
		err = nil // it is over already
	}
	if err != nil {
		return d.accountFails(w, r, err)
	}
	return lead(w, d.root(r)+Root+"/account?done="+do)
}

func (d *door) accountFails(w http.ResponseWriter, r *http.Request, err error) error {
	if status, text, ok := d.explained(w, r, err); ok {
		return d.showAccount(w, r, status, "", text)
	}
	return err
}

// outliving is for what may end the very credential that it was asked for
// with, and so the request's own context.
func outliving(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
}

func (d *door) everywhere(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := outliving(as(r, visit(r)))
	defer cancel()
	if _, err := d.Backend.Profiles.SignOut(ctx, authapi.Empty{}); err != nil {
		return d.accountFails(w, r, err)
	}
	_ = d.Browsers.SignOut(w, r) // over already
	return d.signedOut(w, r, "You are signed out everywhere, and no application acts for you any more.")
}
