package e2e

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/test/stage"
)

// parsed reads what a command prints with -o json.
func parsed[T any](t *testing.T, text string) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// An operator makes a group, a user and an application; the user comes in, is
// kept out, and comes in again; and the audit knows who did it.
//
// covers: D1-021 D1-022
func TestAdministration(t *testing.T) {
	t.Parallel()
	admin := newCLI(t)
	admin.signIn("admin", "hans")
	admin.must("", "admin", "groups", "add", "e2e-cms", "--vo", "cms", "--property", "NormalUser")
	admin.must("bobs secret\n", "admin", "users", "add", "e2e-bob", "--group", "e2e-cms", "--real-name", "Bob B.", "--password-stdin")
	bob := newCLI(t)
	bob.must("bobs secret\n", "login", "-u", "e2e-bob", "--password-stdin")
	if out := bob.must("", "whoami"); out != "e2e-bob e2e-cms\n" {
		t.Errorf("whoami: %q", out)
	}
	if out := admin.must("", "admin", "users", "show", "e2e-bob"); !strings.Contains(out, "Bob B.") {
		t.Errorf("show: %s", out)
	}
	if _, errs, code := bob.run("", "admin", "users", "list"); code != 5 || !strings.Contains(errs, "operators") {
		t.Errorf("users list for a user: exit %d, %s", code, errs)
	}
	if _, errs, code := admin.run("x\n", "admin", "users", "add", "e2e-eve", "--group", "nowhere", "--password-stdin"); code != 3 || !strings.Contains(errs, "groups[0]") {
		t.Errorf("an unknown group: exit %d, %s", code, errs)
	}
	applications(t, admin)
	versions(t)
	if _, _, code := admin.run("", "admin", "users", "disable", "e2e-bob"); code != 2 {
		t.Errorf("disable without --yes: exit %d", code)
	}
	admin.must("", "admin", "users", "disable", "e2e-bob", "--yes")
	await(t, "a disabled user's token to end", func() bool {
		_, _, code := bob.run("", "jobs")
		return code == 5
	})
	if _, _, code := bob.run("bobs secret\n", "login", "-u", "e2e-bob", "--password-stdin"); code != 5 {
		t.Errorf("login of a disabled user: exit %d", code)
	}
	admin.must("", "admin", "users", "enable", "e2e-bob")
	admin.must("another secret\n", "admin", "users", "password", "e2e-bob", "--password-stdin")
	bob.must("another secret\n", "login", "-u", "e2e-bob", "--password-stdin")
	audited(t, admin, bob)
	bob.must("", "logout", "--everywhere")
	if _, _, code := bob.run("", "whoami"); code != 5 {
		t.Errorf("signed out everywhere: exit %d", code)
	}
}

// Two operators who look at the same account do not undo each other's change.
func versions(t *testing.T) {
	t.Helper()
	c := as(t, "admin", "hans")
	const path = "/api/v1/admin/users/e2e-bob"
	tag := "If-Match: " + do(t, c, "GET", path, nil, nil)["Etag"][0]
	after := do(t, c, "PATCH", path, object{"real_name": "Robert B."}, nil, tag)
	_, err := c.Do(t.Context(), "PATCH", path, object{"real_name": "Rob B."}, nil, tag)
	var refused *stage.StatusError
	if !errors.As(err, &refused) || refused.Status != 412 || !strings.Contains(refused.Body, "auth.stale") {
		t.Errorf("a change of what was changed: %v", err)
	}
	do(t, c, "PATCH", path, object{"real_name": "Bob B."}, nil, "If-Match: "+after["Etag"][0])
}

func applications(t *testing.T, admin *cli) {
	t.Helper()
	type registration struct {
		ID     string   `json:"client_id"`
		Name   string   `json:"client_name"`
		URL    string   `json:"client_uri"`
		Secret string   `json:"client_secret"`
		To     []string `json:"redirect_uris"`
	}
	secret := parsed[registration](t, admin.must("", "admin", "clients", "add", "E2E app", "-b", "https://app.example.org/callback",
		"--method", "client_secret_basic", "-o", "json"))
	if secret.ID == "" || len(secret.Secret) < 20 || len(secret.To) != 1 {
		t.Errorf("registered: %+v", secret)
	}
	if shown := admin.must("", "admin", "clients", "show", secret.ID, "-o", "json"); strings.Contains(shown, secret.Secret) {
		t.Errorf("the secret is shown again: %s", shown)
	}
	old := parsed[registration](t, admin.must("", "admin", "register-client", "-n", "E2E old", "-b", "https://old.example.org/",
		"-u", "https://old.example.org/about", "-i", "https://old.example.org/icon.png", "-o", "json"))
	if old.Secret != "" || old.URL != "https://old.example.org/about" {
		t.Errorf("registered with RESTDIRAC's switches: %+v", old)
	}
	if list := admin.must("", "admin", "clients", "list"); !strings.Contains(list, old.ID) || !strings.Contains(list, "heddle-cli") {
		t.Errorf("clients: %s", list)
	}
	again := parsed[registration](t, admin.must("", "admin", "clients", "secret", secret.ID, "--grace", "1h", "-o", "json"))
	if again.Secret == "" || again.Secret == secret.Secret {
		t.Error("there is no new secret")
	}
	admin.must("", "admin", "clients", "remove", old.ID, "--yes")
	if _, _, code := admin.run("", "admin", "clients", "show", old.ID); code != 4 {
		t.Errorf("a removed application: exit %d", code)
	}
	if _, errs, code := admin.run("", "admin", "clients", "add", "Evil", "-b", "http://evil.example.org/"); code != 3 || !strings.Contains(errs, "redirect_uris") {
		t.Errorf("a bad redirect: exit %d, %s", code, errs)
	}
}

func audited(t *testing.T, admin, bob *cli) {
	t.Helper()
	type entry struct{ Actor, Credential, Type, Subject, Text string }
	seen := map[string]entry{}
	for _, e := range parsed[[]entry](t, admin.must("", "admin", "audit", "e2e-bob", "-o", "json")) {
		seen[e.Type] = e
	}
	for _, event := range []string{"auth.user.registered.v1", "auth.user.disabled.v1", "auth.user.enabled.v1", "auth.user.password_changed.v1"} {
		if e := seen[event]; e.Actor != "admin" || !strings.HasPrefix(e.Credential, "grant/") || e.Text == "" {
			t.Errorf("%s in the audit: %+v", event, e)
		}
	}
	own := bob.must("", "admin", "audit")
	if !strings.Contains(own, "admin") || strings.Contains(own, "E2E app") {
		t.Errorf("one's own audit: %s", own)
	}
	if _, _, code := bob.run("", "admin", "audit", "alice"); code != 5 {
		t.Errorf("somebody else's audit: exit %d", code)
	}
}
