package app

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// administrator is a call of bob's, whom a group lets administer DIRAC's services.
func (f fixture) administrator(t *testing.T) context.Context {
	t.Helper()
	return who.With(t.Context(), who.Principal{ID: idOf("user", "bob"), Name: "bob", Properties: []string{"NormalUser", authapi.ServiceAdministrator}})
}

func (f fixture) put(t *testing.T, r authapi.Registration) authapi.RegistrationSecret {
	t.Helper()
	got, err := f.PutRegistration(f.operator(t), r)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// proves reports whether a client proves itself by a secret.
func (f fixture) proves(t *testing.T, id, secret string) bool {
	t.Helper()
	c, err := NewClients(f.App).Client(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	ok, err := NewClients(f.App).SecretMatches(t.Context(), c.Credentials, secret)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

func report() authapi.Registration {
	return authapi.Registration{
		Name: "Report", URL: "https://report.test/", Icon: "https://report.test/i.png", Method: "client_secret_basic",
		Redirects: []string{"https://report.test/back", "http://127.0.0.1/back"}, PostLogout: []string{"https://report.test/out"},
		Grants: []string{"authorization_code", "refresh_token", "client_credentials"}, Scopes: []string{"openid", "api"}, RunAs: "Alice",
		IDTokenAlg: "EdDSA", Bound: true, Native: true, Trusted: true, Resource: true,
	}
}

// covers: D1-021 D1-022
func TestRegistrationOfAClient(t *testing.T) {
	t.Parallel()
	f := world(t)
	made := f.put(t, report())
	want := report()
	want.ID, want.Version, want.Created, want.RunAs = made.ID, made.Version, made.Created, "alice"
	if len(made.ID) < 26 || made.Version == 0 || made.Created.IsZero() || !reflect.DeepEqual(made.Registration, want) {
		t.Errorf("\n got %+v\nwant %+v", made.Registration, want)
	}
	if len(made.Secret) < 43 || !f.proves(t, made.ID, made.Secret) || f.proves(t, made.ID, "") || f.proves(t, made.ID, made.Secret+"x") {
		t.Errorf("the secret %q proves nothing, or too much", made.Secret)
	}
	if again := f.put(t, want); again.Secret != "" || again.Version != made.Version {
		t.Errorf("the same again: %+v", again.Registration)
	}
	change := want
	change.Redirects = []string{"https://report.test/back"}
	changed := f.put(t, change)
	if changed.Secret != "" || changed.Version <= made.Version || !f.proves(t, made.ID, made.Secret) {
		t.Errorf("changed: %+v", changed.Registration)
	}
	if _, err := f.PutRegistration(f.operator(t), want); fault.From(err).Code != "auth.stale" {
		t.Errorf("an old version: %v", err)
	}
	list, err := f.Registrations(f.operator(t), authapi.Empty{})
	if err != nil || len(list.Clients) != 1 || !reflect.DeepEqual(list.Clients[0], changed.Registration) {
		t.Errorf("%+v, %v", list, err)
	}
	for e, err := range f.all(t) {
		if err || strings.Contains(e, made.Secret) {
			t.Errorf("the journal tells the secret: %s", e)
		}
	}
}

// all are the payloads of the whole journal.
func (f fixture) all(t *testing.T) func(func(string, bool) bool) {
	t.Helper()
	page, err := f.Audit(f.operator(t), authapi.AuditQuery{Limit: 500})
	return func(yield func(string, bool) bool) {
		for _, e := range page.Entries {
			written, load := f.Store.Load(t.Context(), authapi.ClientTopic(idOf("client", strings.TrimPrefix(e.Subject, "client/"))), 0)
			for _, c := range written {
				for _, event := range c.Events {
					if !yield(string(event.Data), err != nil || load != nil) {
						return
					}
				}
			}
		}
	}
}

// TestDIRACsClients are registered with a name and where codes go.
// covers: D1-021 D1-022
func TestDIRACsClients(t *testing.T) {
	t.Parallel()
	f := world(t)
	app := authapi.Registration{Name: "Portal", Redirects: []string{"https://portal.test/back"}, URL: "https://portal.test/", Icon: "https://portal.test/i.png"}
	made, err := f.PutRegistration(f.administrator(t), app)
	if err != nil || made.Method != "none" || !slices.Equal(made.Grants, []string{"authorization_code", "refresh_token"}) || made.Secret != "" {
		t.Fatalf("%+v, %v", made.Registration, err)
	}
	c, err := NewClients(f.App).Client(t.Context(), made.ID)
	if err != nil || !c.Public() || !slices.Equal(c.Redirects, app.Redirects) {
		t.Errorf("the protocol knows %+v, %v", c, err)
	}
	if _, err := f.PutRegistration(f.administrator(t), app); fault.From(err).Code != "client.taken" || fieldsOf(err) != "client_name" {
		t.Errorf("the same name: %v", err)
	}
	if list, err := f.Registrations(f.administrator(t), authapi.Empty{}); err != nil || len(list.Clients) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := f.RemoveRegistration(f.administrator(t), authapi.ClientRef{ID: "Portal"}); err != nil {
		t.Errorf("by name: %v", err)
	}
	if _, err := f.RemoveRegistration(f.administrator(t), authapi.ClientRef{ID: made.ID}); fault.From(err).Code != "client.unknown" {
		t.Errorf("again: %v", err)
	}
	if over, err := f.View.Over(t.Context(), who.Facts{Client: made.ID, Position: made.Version}); !over || err != nil {
		t.Errorf("what it was given still stands: %v", err)
	}
}

// TestServiceAdministratorsGainNothing: a client with rights of its own is the
// operators' to register, to change and to remove.
func TestServiceAdministratorsGainNothing(t *testing.T) {
	t.Parallel()
	f := world(t)
	plain := authapi.Registration{Name: "x", Redirects: []string{"https://x.test/"}}
	for name, c := range map[string]func(*authapi.Registration){
		"run as":   func(r *authapi.Registration) { *r = report(); r.Trusted, r.Resource = false, false },
		"trusted":  func(r *authapi.Registration) { r.Trusted = true },
		"resource": func(r *authapi.Registration) { r.Resource = true },
		"operator": func(r *authapi.Registration) { r.Scopes = []string{"api", "operator"} },
	} {
		r := plain
		c(&r)
		if _, err := f.PutRegistration(f.administrator(t), r); !fault.Is(err, fault.Denied) {
			t.Errorf("%s: %v", name, err)
		}
	}
	mine, theirs := f.put(t, plain), f.put(t, report())
	taken := mine.Registration
	taken.Redirects = []string{"https://evil.test/"}
	if _, err := f.PutRegistration(f.administrator(t), taken); !fault.Is(err, fault.Denied) {
		t.Errorf("another redirect: %v", err)
	}
	if _, err := f.RemoveRegistration(f.administrator(t), authapi.ClientRef{ID: theirs.ID}); !fault.Is(err, fault.Denied) {
		t.Errorf("removed: %v", err)
	}
	user := f.as(t, "alice")
	_, err1 := f.Registrations(user, authapi.Empty{})
	_, err2 := f.PutRegistration(user, plain)
	_, err3 := f.RemoveRegistration(user, authapi.ClientRef{ID: mine.ID})
	_, err4 := f.RemoveRegistration(user, authapi.ClientRef{ID: "nobody"})
	for i, err := range []error{err1, err2, err3, err4} {
		if !fault.Is(err, fault.Denied) {
			t.Errorf("a user, call %d: %v", i, err)
		}
	}
}

func TestBadRegistrations(t *testing.T) {
	t.Parallel()
	f := world(t)
	f.put(t, report())
	const set = `{"keys":[` + publicKey + `]}`
	for want, change := range map[string]func(*authapi.Registration){
		"client_id":                    func(r *authapi.Registration) { r.ID = "a b" },
		"client_name":                  func(r *authapi.Registration) { r.Name = "" },
		"client_uri":                   func(r *authapi.Registration) { r.URL = "javascript:alert(1)" },
		"logo_uri":                     func(r *authapi.Registration) { r.Icon = "data:text/html,x" },
		"token_endpoint_auth_method":   func(r *authapi.Registration) { r.Method = "basic" },
		"redirect_uris[1]":             func(r *authapi.Registration) { r.Redirects = []string{"https://x.test/", "http://evil.test/"} },
		"redirect_uris":                func(r *authapi.Registration) { r.Redirects = nil },
		"post_logout_redirect_uris[0]": func(r *authapi.Registration) { r.PostLogout = []string{"/out"} },
		"grant_types[0]":               func(r *authapi.Registration) { r.Grants = []string{"password"} },
		"grant_types":                  func(r *authapi.Registration) { r.Grants = []string{"client_credentials"} },
		"scopes[1]":                    func(r *authapi.Registration) { r.Scopes = []string{"api", "g:users"} },
		"id_token_signed_response_alg": func(r *authapi.Registration) { r.IDTokenAlg = "none" },
		"jwks":                         func(r *authapi.Registration) { r.Keys = []byte(set) },
		"jwks ":                        func(r *authapi.Registration) { r.Method = "private_key_jwt" },
		"jwks  ": func(r *authapi.Registration) {
			r.Method, r.Keys = "private_key_jwt", []byte(strings.Replace(set, `"x"`, `"d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x"`, 1))
		},
		"tls_client_auth_subject_dn":  func(r *authapi.Registration) { r.TLSSubject = "CN=x" },
		"tls_client_auth_subject_dn ": func(r *authapi.Registration) { r.Method = "tls_client_auth" },
		"run_as":                      func(r *authapi.Registration) { r.RunAs = "nobody" },
		"run_as ":                     func(r *authapi.Registration) { r.RunAs = "alice" },
	} {
		r := authapi.Registration{Name: "x", Redirects: []string{"https://x.test/"}}
		change(&r)
		if _, err := f.PutRegistration(f.operator(t), r); err == nil || fieldsOf(err) != strings.TrimSpace(want) {
			t.Errorf("%s: %v, fields %s", want, err, fieldsOf(err))
		}
	}
	if _, err := f.PutRegistration(f.operator(t), authapi.Registration{ID: "nobody", Version: 3, Name: "x", Redirects: []string{"https://x.test/"}}); fault.From(err).Code != "client.unknown" {
		t.Errorf("a version of nothing: %v", err)
	}
	if n := len(f.vault.hashes); n != 1 {
		t.Errorf("the vault holds %d secrets of one client", n)
	}
}

// TestClientsByOtherMeans change from one way of proving themselves to another.
func TestClientsByOtherMeans(t *testing.T) {
	t.Parallel()
	f := world(t)
	r := authapi.Registration{ID: "Demo.X", Name: "x", Redirects: []string{"https://x.test/"}, Method: "private_key_jwt", Keys: []byte(`{"keys":[` + publicKey + `]}`)}
	made := f.put(t, r)
	if made.ID != "Demo.X" || made.Secret != "" || !strings.Contains(string(made.Keys), "Ed25519") {
		t.Errorf("%+v", made.Registration)
	}
	r.Method, r.Keys = "client_secret_post", nil
	first := f.put(t, r)
	if first.Secret == "" || !f.proves(t, "Demo.X", first.Secret) {
		t.Errorf("%+v", first.Registration)
	}
	r.Method, r.TLSSubject = "tls_client_auth", "/O=Org/CN=x"
	if got := f.put(t, r); got.Secret != "" || len(f.vault.hashes) != 0 {
		t.Errorf("%+v, %d secrets are left", got.Registration, len(f.vault.hashes))
	}
}

func TestSecretsTakeTurns(t *testing.T) {
	t.Parallel()
	f := world(t)
	made := f.put(t, report())
	next, err := f.RotateSecret(f.operator(t), authapi.SecretRotation{ID: "Report", Grace: time.Hour})
	if err != nil || next.Secret == "" || !f.proves(t, made.ID, made.Secret) || !f.proves(t, made.ID, next.Secret) {
		t.Fatalf("with grace: %+v, %v", next.Registration, err)
	}
	last, err := f.RotateSecret(f.operator(t), authapi.SecretRotation{ID: made.ID})
	if err != nil || f.proves(t, made.ID, made.Secret) || f.proves(t, made.ID, next.Secret) || !f.proves(t, made.ID, last.Secret) || len(f.vault.hashes) != 1 {
		t.Errorf("at once: %+v, %v, %d secrets", last.Registration, err, len(f.vault.hashes))
	}
	f.put(t, authapi.Registration{ID: "public", Name: "public", Redirects: []string{"https://x.test/"}})
	for want, r := range map[string]authapi.SecretRotation{
		"client.unknown": {ID: "nobody"},
		"auth.invalid":   {ID: made.ID, Grace: -1},
		"auth.invalid ":  {ID: made.ID, Grace: 31 * 24 * time.Hour},
		"auth.invalid  ": {ID: "public"},
	} {
		if _, err := f.RotateSecret(f.operator(t), r); err == nil || fault.From(err).Code != strings.TrimSpace(want) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	f.vault.fail(errors.New("no responders"))
	_, err = f.RotateSecret(f.operator(t), authapi.SecretRotation{ID: made.ID})
	wantUnavailable(t, "without a vault", err)
}
