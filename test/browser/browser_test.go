//go:build browser

// Package browser tells the stories of signing in with a real browser, which
// holds pages to their policies and forms to their origins as no other client
// does. It needs chromium and `make browser`.
package browser

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

var (
	binary string
	up     *stage.Heddle
)

func TestMain(m *testing.M) { os.Exit(stage.Tell(m, &binary, &up)) }

// application is a program on the user's machine that waits for its answer.
type application struct {
	redirect, challenge, verifier string
	answers                       chan url.Values
}

// listening makes one on an address of this machine.
func listening(t *testing.T, address string) *application {
	t.Helper()
	l, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	a := &application{answers: make(chan url.Values, 10), verifier: rand.Text() + rand.Text()}
	sum := sha256.Sum256([]byte(a.verifier))
	a.challenge = base64.RawURLEncoding.EncodeToString(sum[:])
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		if r.URL.Path == "/callback" {
			a.answers <- r.URL.Query()
			fmt.Fprint(w, "<!doctype html><link rel=icon href=data:,><h1>Thank you</h1>")
		}
	}))
	_ = s.Listener.Close()
	s.Listener = l
	s.Start()
	t.Cleanup(s.Close)
	a.redirect = s.URL + "/callback"
	return a
}

func (a *application) ask(at string) string {
	return at + "/auth/authorize?" + url.Values{
		"response_type": {"code"}, "client_id": {"heddle-cli"}, "redirect_uri": {a.redirect}, "state": {"s"}, "scope": {"openid profile api"},
		"code_challenge": {a.challenge}, "code_challenge_method": {"S256"},
	}.Encode()
}

// answer is what the browser brought.
func (a *application) answer(t *testing.T) url.Values {
	t.Helper()
	select {
	case v := <-a.answers:
		return v
	case <-time.After(patience):
		t.Fatal("the browser brought nothing")
		return nil
	}
}

// signIn types into the login page, by keyboard alone.
func (b *tab) signIn(name, password string) {
	b.t.Helper()
	b.heading("Sign in")
	b.types(name)
	b.press("Tab")
	b.types(password)
	b.press("Enter")
}

// A person comes from an application, signs in, allows it, and is back: the
// page's policy lets the form lead there. So it is over TLS, with cookies of
// this host alone, and for an application that listens on IPv6.
func TestLoginAndConsent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ at, listen string }{
		"plain": {up.URL, "127.0.0.1:0"}, "TLS": {up.TLS, "127.0.0.1:0"}, "IPv6": {up.URL, "[::1]:0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app, b := listening(t, c.listen), chromium(t)
			b.goTo(app.ask(c.at))
			b.signIn("demouser", "test123")
			b.heading("Allow access?")
			if text := b.read("document.body.innerText"); !strings.Contains(text, "The heddle command line") || !strings.Contains(text, "demouser") {
				t.Errorf("%s", text)
			}
			b.click("Allow")
			b.until("document.querySelector('h1')?.textContent === 'Thank you'")
			if got := app.answer(t); got.Get("code") == "" || got.Get("state") != "s" || got.Get("iss") == "" {
				t.Errorf("%v", got)
			}
			if jar := b.read("document.cookie"); jar != "" {
				t.Errorf("scripts can read %s", jar)
			}
			b.goTo(app.ask(c.at))
			b.heading("Allow access?")
			b.click("Deny")
			b.until("document.querySelector('h1')?.textContent === 'Thank you'")
			if got := app.answer(t); got.Get("error") != "access_denied" {
				t.Errorf("%v", got)
			}
			b.quiet()
		})
	}
}

// The command line shows a code; its person types the address and the code
// into a browser, looks, and allows; then the command line is signed in.
func TestCommandLineSignsInByBrowser(t *testing.T) {
	t.Parallel()
	env := []string{"HEDDLE_URL=" + up.URL, "HEDDLE_CONFIG=" + filepath.Join(t.TempDir(), "credentials.json")}
	login, err := stage.Start("heddle login", binary, env, "login")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(login.Kill)
	line, err := login.Line("enter the code", patience)
	if err != nil {
		t.Fatal(err)
	}
	code := line[strings.LastIndex(line, " ")+1:]
	b := chromium(t)
	b.goTo(up.URL + "/auth/device")
	b.signIn("alice", "alice123")
	b.heading("Connect a device")
	b.types("bbbb-bbbb")
	b.press("Enter")
	b.until("document.querySelector('.notice')?.textContent.includes('No device waits')")
	b.read("document.getElementById('user_code').select()")
	b.types(strings.ToLower(code))
	b.click("Next")
	b.heading("Connect this device?")
	if text := b.read("document.body.innerText"); !strings.Contains(text, code) || !strings.Contains(text, "alice") {
		t.Errorf("%s", text)
	}
	b.click("Connect")
	b.heading("Connected")
	if _, err := login.Line("Signed in to", patience); err != nil {
		t.Fatal(err)
	}
	who, err := stage.Start("heddle whoami", binary, env, "whoami")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := who.Line("alice", patience); err != nil {
		t.Error(err)
	}
	b.goTo(up.URL + "/auth/account")
	b.heading("Your account")
	b.click("Disconnect")
	b.until("document.querySelector('.notice')?.textContent.includes('is disconnected')")
	b.click("Sign out everywhere")
	b.heading("Signed out")
	b.goTo(up.URL + "/auth/account")
	b.heading("Sign in")
}

// What cannot be done is said on a page of the same kind.
func TestErrorPages(t *testing.T) {
	t.Parallel()
	b := chromium(t)
	b.goTo(up.URL + "/auth/authorize?client_id=nobody&redirect_uri=https://evil.example")
	b.heading("This did not work")
	b.goTo(up.URL + "/auth/login")
	b.signIn("demouser", "wrong")
	b.until("document.querySelector('.notice')?.textContent.includes('not right')")
	b.look()
	b.types("test123")
	b.press("Enter")
	b.heading("Your account")
	b.click("Sign out")
	b.heading("Sign out?")
	b.click("Sign out")
	b.heading("Signed out")
}
