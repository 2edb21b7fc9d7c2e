package unicore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend/backendtest"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore"
)

// issuer shows the claims instead of signing them.
type issuer struct{}

func (issuer) Name() string       { return "CN=gw" }
func (issuer) Expires() time.Time { return backendtest.At.Add(24 * time.Hour) }
func (issuer) Sign(_ context.Context, c authapi.SiteClaims) (string, error) {
	c.Issuer = "CN=gw"
	text, err := json.Marshal(c)
	return string(text), err
}

// shown is a prover that takes what the test says for the "Authorization".
type shown map[string]authapi.Resolved

func (s shown) Prove(_ edge.Door, r *http.Request) (edge.Proven, error) {
	c := r.Header.Get("Authorization")
	if c == "" {
		return edge.Proven{}, nil
	}
	known, ok := s[c]
	if !ok {
		return edge.Proven{}, fault.New(fault.Unauthenticated, "auth.wrong", "The credentials are not valid.")
	}
	return edge.Known(known), nil
}

// alice is what each of her credentials proves.
func alice() shown {
	p := who.Principal{ID: "u2", Name: "alice", Group: "users", Groups: []string{"physics", "users"}, Method: who.MethodPassword, Credential: who.MethodPassword}
	base := authapi.Resolved{Principal: p, Facts: who.Facts{User: "u2", Position: 7}, Logins: []string{"alice1", "alice2"}}
	in := func(minutes int) time.Time { return backendtest.At.Add(time.Duration(minutes) * time.Minute) }
	with := func(method, credential string, change func(*authapi.Resolved)) authapi.Resolved {
		r := base
		r.Principal.Method, r.Principal.Credential = method, credential
		if change != nil {
			change(&r)
		}
		return r
	}
	return shown{
		"password": base,
		"certificate": with(who.MethodCertificate, who.MethodCertificate, func(r *authapi.Resolved) {
			r.Principal.DN, r.Facts.Expires = "/DC=org/O=Grid, Inc/CN=Alice/emailAddress=a@example.org", in(30)
		}),
		"limited proxy": with(who.MethodCertificate, who.MethodCertificate, func(r *authapi.Resolved) { r.Principal.Limited, r.Facts.Expires = true, in(30) }),
		"access": with(who.MethodToken, "grant/g1", func(r *authapi.Resolved) {
			r.Principal.Scopes, r.Principal.Client = []string{"api", "openid"}, "c1"
			r.Facts.Client, r.Facts.Grant, r.Facts.CertSHA256, r.Facts.Expires = "c1", "g1", "x", in(60)
		}),
		"key": with(who.MethodAPIKey, "apikey/k1", func(r *authapi.Resolved) {
			r.Principal.Scopes, r.Principal.Groups, r.Facts.APIKey = []string{"api:read"}, []string{"users"}, "k1"
		}),
		"own":  with(who.MethodToken, "user-jwt", func(r *authapi.Resolved) { r.Facts.Expires = in(5) }),
		"site": with(who.MethodToken, "site-jwt", func(r *authapi.Resolved) { r.Facts.Key, r.Facts.Expires = "s1", in(5) }),
		"renewable": with(who.MethodToken, "site-jwt", func(r *authapi.Resolved) {
			r.Facts.Key, r.Facts.Expires, r.Renewable, r.Preferences = "s1", in(5), true, "uid:alice2"
		}),
		"bounded": with(who.MethodToken, "site-jwt", func(r *authapi.Resolved) {
			r.Facts.Key, r.Facts.Expires, r.Renewable, r.Longest = "s1", in(5), true, in(60)
		}),
	}
}

func with(t *testing.T) http.Handler {
	t.Helper()
	return serve(t, unicore.Deps{Backend: backendtest.New(&backendtest.Jobs{}, &backendtest.Files{}), Sessions: sessions{}, Prover: alice()})
}

// TestTokenIsWorthWhatItWasGotWith: whatever the credential, its rights and
// what ends it go into the token, and nothing more.
//
// covers: U4-220 U4-221 U4-223 U4-224 U4-225 U4-226 U4-227 U4-228
func TestTokenIsWorthWhatItWasGotWith(t *testing.T) {
	t.Parallel()
	now := backendtest.At.Unix()
	dn := "CN=alice,O=Heddle"
	claims := func(life int64, change func(*authapi.SiteClaims)) *authapi.SiteClaims {
		c := &authapi.SiteClaims{Issuer: "CN=gw", Subject: dn, Issued: now, Expires: now + life, Delegated: "true", Login: "alice1", User: "u2", Position: 7}
		if change != nil {
			change(c)
		}
		return c
	}
	scope, read := "api openid", "api:read"
	for _, c := range []struct {
		credential, query, preferences string
		status                         int
		want                           *authapi.SiteClaims
	}{
		{"password", "", "", 200, claims(300, nil)},
		{"password", "?lifetime=3600&limited=true&renewable=true", "", 200, claims(3600, func(c *authapi.SiteClaims) { c.Audience, c.Renewable = "CN=gw", "true" })},
		{"password", "?limited=false&renewable=no", "", 200, claims(300, nil)},
		{"password", "?lifetime=86400", "", 200, claims(86400, nil)},
		{"password", "", "uid:alice2,group:physics, Role: user", 200, claims(300, func(c *authapi.SiteClaims) { c.Login, c.Preferences = "alice2", "uid:alice2,group:physics,role:user" })},
		{"password", "", "uid:alice1,xlogin:alice2", 200, claims(300, func(c *authapi.SiteClaims) { c.Login, c.Preferences = "alice2", "uid:alice2" })},
		{"certificate", "?lifetime=1800", "", 200, claims(1800, func(c *authapi.SiteClaims) {
			c.Subject, c.Longest = `emailAddress=a@example.org,CN=Alice,O=Grid\, Inc,DC=org`, now+1800
		})},
		{"limited proxy", "", "", 200, claims(300, func(c *authapi.SiteClaims) { c.Proxy, c.Longest = "true", now+1800 })},
		{"access", "?lifetime=3600", "", 200, claims(3600, func(c *authapi.SiteClaims) {
			c.Scope, c.Groups, c.Client, c.Grant, c.Longest = &scope, []string{"users", "physics"}, "c1", "g1", now+3600
			c.Confirm = &authapi.Confirmation{CertSHA256: "x"}
		})},
		{"access", "", "group:physics", 200, claims(300, func(c *authapi.SiteClaims) {
			c.Scope, c.Groups, c.Client, c.Grant, c.Longest = &scope, []string{"users", "physics"}, "c1", "g1", now+3600
			c.Confirm, c.Preferences = &authapi.Confirmation{CertSHA256: "x"}, "group:physics"
		})},
		{"key", "", "", 200, claims(300, func(c *authapi.SiteClaims) { c.Scope, c.Groups, c.APIKey = &read, []string{"users"}, "k1" })},
		{"own", "?lifetime=3600", "", 200, claims(3600, nil)},
		{"renewable", "?lifetime=3600&renewable=true", "", 200, claims(3600, func(c *authapi.SiteClaims) { c.Login, c.Preferences, c.Renewable = "alice2", "uid:alice2", "true" })},
		{"bounded", "?lifetime=3600", "", 200, claims(3600, func(c *authapi.SiteClaims) { c.Longest = now + 3600 })},

		{"", "", "", 401, nil},
		{"wrong", "", "", 401, nil},
		{"site", "", "", 403, nil},
		{"renewable", "", "uid:alice1", 403, nil},
		{"password", "", "uid:root", 403, nil},
		{"password", "", "role:admin", 403, nil},
		{"password", "?lifetime=0", "", 400, nil},
		{"password", "?lifetime=-1", "", 400, nil},
		{"password", "?lifetime=", "", 400, nil},
		{"password", "?lifetime=1h", "", 400, nil},
		{"password", "?lifetime=99999999999999999999", "", 400, nil},
		{"password", "?lifetime=9223372036854775807", "", 400, nil},
		{"password", "?lifetime=86401", "", 400, nil}, // the server's certificate has a day
		{"certificate", "?lifetime=1801", "", 400, nil},
		{"bounded", "?lifetime=3601", "", 400, nil},
	} {
		what := fmt.Sprintf("%s %s %s", c.credential, c.query, c.preferences)
		var headers []string
		if c.credential != "" {
			headers = append(headers, "Authorization", c.credential)
		}
		if c.preferences != "" {
			headers = append(headers, "X-UNICORE-User-Preferences", c.preferences)
		}
		w := ask(with(t), "GET", "/token"+c.query, "", append(headers, "Accept", "text/plain")...)
		if w.Code != c.status {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
			continue
		}
		if c.want == nil {
			if !strings.Contains(w.Body.String(), `"errorMessage"`) {
				t.Errorf("%s: %s", what, w.Body)
			}
			continue
		}
		var got authapi.SiteClaims
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || !reflect.DeepEqual(got, *c.want) {
			t.Errorf("%s:\n%s\nwant %+v", what, w.Body, *c.want)
		}
		if ct := w.Header().Get("Content-Type"); ct != "text/plain" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", what, w.Header())
		}
	}
}

// TestSessionOfATokenIsNoMore: a session hides nothing of what began it.
func TestSessionOfATokenIsNoMore(t *testing.T) {
	t.Parallel()
	h := with(t)
	session := func(credential string) string {
		w := ask(h, "GET", "?fields=client", "", "Authorization", credential)
		id := w.Header().Get("X-UNICORE-SecuritySession")
		if w.Code != 200 || id == "" {
			t.Fatalf("%s: %d %v", credential, w.Code, w.Header())
		}
		return id
	}
	renewable, site := session("renewable"), session("site")
	if renewable == site {
		t.Fatal("two tokens have one session")
	}
	for id, want := range map[string]int{renewable: 200, site: 403} {
		if w := ask(h, "GET", "/token", "", "X-UNICORE-SecuritySession", id); w.Code != want {
			t.Errorf("%d %s, want %d", w.Code, w.Body, want)
		}
	}
	if w := ask(h, "GET", "/jobs", "", "X-UNICORE-SecuritySession", renewable, "X-UNICORE-User-Preferences", "uid:alice1"); w.Code != 403 {
		t.Errorf("what is fixed in a token was overridden: %d %s", w.Code, w.Body)
	}
}

// covers: U4-009 U4-010 U4-014 U4-015 U4-059
func TestHowTheClientCameIn(t *testing.T) {
	t.Parallel()
	for credential, want := range map[string]string{
		"password":    `"dn":"CN=alice,O=Heddle","authenticationMethod":"PASSWORD_FILE"`,
		"certificate": `"dn":"emailAddress=a@example.org,CN=Alice,O=Grid\\, Inc,DC=org","authenticationMethod":"X509"`,
		"access":      `"authenticationMethod":"OAUTH2"`,
		"key":         `"authenticationMethod":"APIKEY"`,
		"own":         `"authenticationMethod":"SSHKEY"`,
		"site":        `"authenticationMethod":"ETD"`,
		"renewable":   `"UID":"alice2","availableUIDs":["alice1","alice2"]`,
	} {
		w := ask(with(t), "GET", "?fields=client", "", "Authorization", credential)
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: %s, want %s in it", credential, w.Body, want)
		}
	}
	w := ask(with(t), "GET", "?fields=client", "", "Authorization", "password", "X-UNICORE-User-Preferences", "uid:alice2")
	if !strings.Contains(w.Body.String(), `"UID":"alice2","availableUIDs":["alice1","alice2"]`) {
		t.Errorf("%s", w.Body)
	}
}

// An access token says nothing of logins: the gateway asks for them, once.
func TestLoginsOfAnAccessToken(t *testing.T) {
	t.Parallel()
	h := serve(t, unicore.Deps{Backend: backendtest.New(&backendtest.Jobs{}, &backendtest.Files{}), Sessions: sessions{}})
	for range 2 {
		w := ask(h, "GET", "?fields=client", "", "Authorization", "Bearer token-of-alice", "X-UNICORE-User-Preferences", "uid:alice1")
		if !strings.Contains(w.Body.String(), `"UID":"alice1","availableUIDs":["alice","alice1"]`) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
}
