//go:build browser

package browser

import (
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// A person finds a program on the first page, is asked to sign in, and is back
// on the program's page; its help is a page like all others. It is so with an
// operator's program and with a user's, whose pages are in a sandbox.
func TestAProgramsPagesAreSignedInTo(t *testing.T) {
	t.Parallel()
	bin, err := stage.Build(t.TempDir(), "test/browser/testdata/desk")
	if err != nil {
		t.Fatal(err)
	}
	const admin, demouser = "Authorization: Basic YWRtaW46aGFucw==", "Authorization: Basic ZGVtb3VzZXI6dGVzdDEyMw=="
	call := func(method, path string, in object, out any, header string) {
		t.Helper()
		if _, err := stage.NewClient(up.URL, 1).Do(t.Context(), method, path, in, out, header); err != nil {
			t.Fatal(err)
		}
	}
	call("PATCH", "/api/v1/admin/users/demouser", object{"permissions": []string{"app://join/desk"}}, nil, admin)
	for _, c := range []struct {
		owner, header string
		scopes        []string
	}{{"admin", admin, []string{"api", "operator"}}, {"demouser", demouser, []string{"api"}}} {
		var key struct{ Secret string }
		call("POST", "/api/v1/tokens", object{"name": "desk", "scopes": c.scopes}, &key, c.header)
		p, err := stage.Start("desk", bin, []string{"HEDDLE_TOKEN=" + key.Secret, "HEDDLE_JOIN=" + up.NATS})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Kill)
		if _, err := p.Line("is ready", 20*time.Second); err != nil {
			t.Fatal(err)
		}
		visit(t, c.owner)
		if err := p.Terminate(20 * time.Second); err != nil {
			t.Error(err)
		}
	}
}

// visit is a visit to the desk of an owner.
func visit(t *testing.T, owner string) {
	t.Helper()
	b := chromium(t)
	b.see("landing-with-program-of-"+owner, "/", "Heddle")
	if text := b.read("document.body.innerText"); !strings.Contains(text, "Run by "+owner) {
		t.Errorf("the first page says %s", text)
	}
	b.click("Help")
	b.heading("Desk")
	b.shoot("program-help-of-" + owner)
	b.goTo(up.URL + "/")
	b.heading("Heddle")
	b.click("Desk")
	b.heading("Please sign in")
	b.shoot("program-sign-in")
	b.click("Sign in")
	b.signIn("demouser", "test123")
	b.heading("Desk of demouser")
	b.shoot("program-page-of-" + owner)
	if at := b.read("location.href"); at != up.URL+"/desk/" {
		t.Errorf("it is at %s", at)
	}
	b.goTo(up.URL + "/desk/_info")
	b.heading("Desk")
	if text := b.read("document.body.innerText"); !strings.Contains(text, "The desk") {
		t.Errorf("who has signed in is not told of more: %s", text)
	}
}
