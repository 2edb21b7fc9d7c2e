package gateway_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

const (
	sessionHeader = "X-UNICORE-SecuritySession"
	unicoreJobs   = "/DEMO-SITE/rest/core/jobs"
)

// bearer is the header with a token that the user gets for the password.
func (c *client) bearer() string {
	c.t.Helper()
	var token authapi.Token
	c.as("", "").ok(&token, "POST", "/api/v1/login", `{"name":"`+c.name+`","password":"`+c.password+`"}`)
	return "Authorization: Bearer " + token.AccessToken
}

// becomes asks until the answer has the status.
func (c *client) becomes(status int, path string, headers ...string) answer {
	c.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		a := c.send("GET", path, "", headers...)
		if a.StatusCode == status {
			return a
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("%s: %d %s; want %d", path, a.StatusCode, a.body, status)
		}
	}
}

// An operator keeps a user out: whatever the user holds is over, also what is
// open. When the user may come in again, old credentials stay what they are.
//
// covers: D0-010 D1-037 U4-005 U4-006 U4-008 U4-016 U4-019 U4-020 U4-021
func TestNothingOfAUserWhoIsKeptOutIsGood(t *testing.T) {
	t.Parallel()
	h := start(t)
	alice, nobody := h.as("alice", "alice123"), h.as("", "")
	accounts := authapi.NewClient(h.nats.Conn(t))
	operator := who.With(t.Context(), who.Principal{ID: "op", Name: "op", Roles: []string{who.RoleOperator}})
	token := alice.bearer()
	session := sessionHeader + ": " + alice.send("GET", unicoreJobs, "").Header.Get(sessionHeader)
	for _, path := range []string{"/api/v1/me", unicoreJobs, "/jobs"} {
		nobody.ok(nil, "GET", path, "", token)
		alice.ok(nil, "GET", path, "")
		if a := nobody.send("GET", path, ""); a.StatusCode != 401 {
			t.Errorf("%s without credentials: %d", path, a.StatusCode)
		}
	}
	nobody.ok(nil, "GET", unicoreJobs, "", session)
	stream := alice.follow("", "")
	if _, err := accounts.DisableUser(operator, authapi.UserRequest{Name: "alice"}); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/v1/me", unicoreJobs, "/jobs"} {
		nobody.becomes(401, path, token)
		alice.becomes(401, path)
	}
	nobody.becomes(432, unicoreJobs, session)
	var last event
	for e := range stream.events {
		last = e
	}
	if last.name != "end" || !strings.Contains(last.data, "credentials") {
		t.Errorf("the stream ended with %+v", last)
	}
	if _, err := accounts.EnableUser(operator, authapi.UserRequest{Name: "alice"}); err != nil {
		t.Fatal(err)
	}
	alice.becomes(200, "/api/v1/me")
	nobody.ok(nil, "GET", "/api/v1/me", "", alice.bearer())
	nobody.ok(nil, "POST", "/api/v1/login", `{"name":"alice","password":"alice123"}`, token) // the old one is in nobody's way
	if a := nobody.send("GET", "/api/v1/me", "", token); a.StatusCode != 401 {
		t.Errorf("the old token: %d %s", a.StatusCode, a.body)
	}
	if a := nobody.send("GET", unicoreJobs, "", session); a.StatusCode != 432 || a.Header.Get(sessionHeader) != "" {
		t.Errorf("the old session: %d %v %s", a.StatusCode, a.Header, a.body)
	}
	if a := alice.send("GET", unicoreJobs, ""); a.StatusCode != 200 || a.Header.Get(sessionHeader) == "" {
		t.Errorf("credentials again: %d %v", a.StatusCode, a.Header)
	}
}

// A key goes as far as its scopes, wherever a door takes one.
//
// covers: D1-007 D1-038 D1-039 D1-040 U4-034
func TestKeysAtTheDoors(t *testing.T) {
	t.Parallel()
	h := start(t)
	nobody := h.as("", "")
	make := func(scope string) string {
		var made authapi.APIKeySecret
		h.ok(&made, "POST", "/api/v1/tokens", `{"name":"`+scope+`","scopes":["`+scope+`"]}`)
		return made.Secret
	}
	reads, all := make("api:read"), make("api")
	for _, path := range []string{"/api/v1/jobs", unicoreJobs, "/jobs"} {
		for _, header := range []string{"Authorization: Bearer " + reads, "X-API-Key: " + reads} {
			nobody.ok(nil, "GET", path, "", header)
			if a := nobody.send("POST", path, `{}`, header); a.StatusCode != 403 ||
				!strings.Contains(a.Header.Get("WWW-Authenticate"), `error="insufficient_scope", scope="api"`) {
				t.Errorf("POST %s with %.12s: %d %v %s", path, header, a.StatusCode, a.Header, a.body)
			}
		}
		if a := nobody.send("GET", path, "", "X-API-Key: "+reads[:len(reads)-1]); a.StatusCode != 401 {
			t.Errorf("%s with a key that was cut: %d", path, a.StatusCode)
		}
	}
	nobody.ok(nil, "GET", "/jobs?access_token="+reads, "")
	nobody.ok(nil, "GET", "/jobs", "", "Authorization: "+reads+" Bearer")
	for _, path := range []string{"/api/v1/jobs", unicoreJobs} { // not from a URL, and no password's place
		if a := nobody.send("GET", path+"?access_token="+reads+"&token="+reads+"&key="+reads, ""); a.StatusCode != 401 {
			t.Errorf("%s: a key in the query: %d", path, a.StatusCode)
		}
	}
	nobody.ok(nil, "POST", "/api/v1/jobs", `{"executable":"/bin/true"}`, "X-API-Key: "+all)
	if a := nobody.send("POST", "/api/v1/tokens", `{"name":"x"}`, "X-API-Key: "+all); a.StatusCode != 403 {
		t.Errorf("a key made a key: %d %s", a.StatusCode, a.body)
	}
	var list struct{ Tokens []authapi.APIKey }
	h.ok(&list, "GET", "/api/v1/tokens", "")
	for _, k := range list.Tokens {
		h.ok(nil, "DELETE", "/api/v1/tokens/"+k.ID, "")
	}
	nobody.becomes(401, "/api/v1/me", "X-API-Key: "+reads)
	nobody.becomes(401, "/api/v1/me", "X-API-Key: "+all)
}

// A program that sends its password with every request asks the auth service
// once, until something about the user changes.
//
// covers: U4-022
func TestPasswordsAreAskedForOnce(t *testing.T) {
	t.Parallel()
	h := start(t)
	watch := h.nats.Conn(t)
	asked, err := watch.SubscribeSync("cmd.auth.credential.password")
	if err != nil {
		t.Fatal(err)
	}
	count := func() (n int) {
		t.Helper()
		if err := watch.Flush(); err != nil {
			t.Fatal(err)
		}
		for ; ; n++ {
			if _, err := asked.NextMsg(0); err == nats.ErrTimeout {
				return n
			} else if err != nil {
				t.Fatal(err)
			}
		}
	}
	count() // so that the server knows of the subscription
	h.ok(nil, "GET", "/api/v1/me", "")
	if n := count(); n != 1 {
		t.Errorf("asked %d times", n)
	}
	for range 5 {
		h.ok(nil, "GET", "/api/v1/me", "")
		h.ok(nil, "GET", unicoreJobs, "")
	}
	if n := count(); n != 0 {
		t.Errorf("asked %d times more", n)
	}
	if a := h.as("demouser", "wrong").send("GET", "/api/v1/me", ""); a.StatusCode != http.StatusUnauthorized {
		t.Errorf("another password: %d", a.StatusCode)
	}
}
