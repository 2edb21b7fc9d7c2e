//go:build browser

package browser

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

// A person finds a program on the first page, is asked to sign in, and is back
// on the program's page; its help is a page like all others.
func TestAProgramsPagesAreSignedInTo(t *testing.T) {
	t.Parallel()
	bin, err := stage.Build(t.TempDir(), "test/browser/testdata/desk")
	if err != nil {
		t.Fatal(err)
	}
	var key struct{ Secret string }
	_, err = stage.NewClient(up.URL, 1).Do(t.Context(), "POST", "/api/v1/tokens",
		object{"name": "desk", "scopes": []string{"api", "operator"}}, &key, "Authorization: Basic YWRtaW46aGFucw==")
	if err != nil {
		t.Fatal(err)
	}
	p, err := stage.Start("desk", bin, []string{"HEDDLE_TOKEN=" + key.Secret, "HEDDLE_JOIN=" + up.NATS})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Kill)
	if _, err := p.Line("is ready", 20*time.Second); err != nil {
		t.Fatal(err)
	}
	b := chromium(t)
	b.see("landing-with-programs", "/", "Heddle")
	b.click("Help")
	b.heading("Desk")
	b.shoot("program-help")
	b.goTo(up.URL + "/")
	b.heading("Heddle")
	b.click("Desk")
	b.heading("Please sign in")
	b.shoot("program-sign-in")
	b.click("Sign in")
	b.signIn("demouser", "test123")
	b.heading("Desk of demouser")
	b.shoot("program-page")
	if at := b.read("location.href"); at != up.URL+"/desk/" {
		t.Errorf("it is at %s", at)
	}
}
