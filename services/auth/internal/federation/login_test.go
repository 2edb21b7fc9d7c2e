package federation_test

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/federation"
	"github.com/heddle-dev/heddle/services/auth/internal/federation/federationtest"
)

func TestSignInElsewhere(t *testing.T) {
	t.Parallel()
	h := start(t, "title: My University", "create: true", "groups: {/vo/cms: cms, /vo/cms/admin: cms, /vo/atlas: atlas, /x: users}")
	h.Person(map[string]any{"sub": "f:1:carol", "preferred_username": "carol", "name": "Carol C.", "email": "c@uni.test",
		"email_verified": true, "groups": []string{"/vo/cms", "/vo/cms/admin", "/other", "/x"}})
	id, err := h.signIn(t)
	if err != nil {
		t.Fatal(err)
	}
	want := federation.Identity{Provider: "uni", Title: "My University", Subject: "f:1:carol", Name: "carol", RealName: "Carol C.",
		Email: "c@uni.test", Groups: []string{"cms", "users"}, Managed: []string{"atlas", "cms", "users"}, Create: true,
		Expires: h.clock.at.Add(5 * time.Minute)}
	if id.Expires.Equal(want.Expires) {
		id.Expires = want.Expires
	}
	if !reflect.DeepEqual(id, want) {
		t.Errorf("got  %+v\nwant %+v", id, want)
	}
	if got := h.List(); !reflect.DeepEqual(got, []authapi.Provider{{Name: "uni", Title: "My University"}}) {
		t.Errorf("the login page shows %+v", got)
	}
}

// TestNothingIsUsedTwice: who has seen one login knows nothing of the next.
func TestNothingIsUsedTwice(t *testing.T) {
	t.Parallel()
	h := start(t)
	seen := map[string]bool{}
	for range 10 {
		b, err := h.Begin(t.Context(), "uni")
		if err != nil {
			t.Fatal(err)
		}
		if text := fmt.Sprintf("%v %+v %#v", b, b, b); strings.Contains(text, b.State) {
			t.Errorf("printed: %s", text)
		}
		for _, s := range []string{b.State, b.Nonce, b.Verifier} {
			if seen[s] || len(s) < 43 {
				t.Errorf("%q is known or too short", s)
			}
			seen[s] = true
		}
		u, err := url.Parse(b.URL)
		if err != nil || strings.Contains(b.URL, b.Verifier) || strings.Contains(b.URL, url.QueryEscape(federationtest.Secret)) {
			t.Errorf("%s, %v", b.URL, err)
		}
		if got := u.Query().Get("state"); got != b.State {
			t.Errorf("the address has the state %q", got)
		}
	}
}

// TestClaims: what is understood, and what is not there.
func TestClaims(t *testing.T) {
	t.Parallel()
	mapped := "groups: {a: cms, b: atlas}"
	for name, c := range map[string]struct {
		more   []string
		person map[string]any
		want   federation.Identity // Name, RealName, Email and Groups
		refuse bool
	}{
		"only a subject":       {[]string{mapped}, map[string]any{}, federation.Identity{}, false},
		"one group as a text":  {[]string{mapped}, map[string]any{"groups": "a"}, federation.Identity{Groups: []string{"cms"}}, false},
		"another groups claim": {[]string{mapped, "groups_claim: wlcg.groups"}, map[string]any{"groups": "b", "wlcg.groups": []string{"a"}}, federation.Identity{Groups: []string{"cms"}}, false},
		"another user claim":   {[]string{"user_claim: uid"}, map[string]any{"uid": "dave", "preferred_username": "x"}, federation.Identity{Name: "dave"}, false},
		"mail not verified":    {nil, map[string]any{"email": "a@b"}, federation.Identity{}, false},
		"mail said not to be":  {nil, map[string]any{"email": "a@b", "email_verified": false}, federation.Identity{}, false},
		"mail verified":        {nil, map[string]any{"email": "a@b", "email_verified": "true"}, federation.Identity{Email: "a@b"}, false},
		"mail as it is":        {[]string{"verify_email: false"}, map[string]any{"email": "a@b"}, federation.Identity{Email: "a@b"}, false},
		"a number as a name":   {nil, map[string]any{"preferred_username": 7, "name": []int{1}, "email": true}, federation.Identity{}, false},
		"groups as a number":   {[]string{mapped}, map[string]any{"groups": 7}, federation.Identity{}, true},
		"groups as an object":  {[]string{mapped}, map[string]any{"groups": map[string]any{"a": true}}, federation.Identity{}, true},
		"groups of numbers":    {[]string{mapped}, map[string]any{"groups": []any{"a", 7}}, federation.Identity{}, true},
		"groups nobody maps":   {nil, map[string]any{"groups": 7}, federation.Identity{}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := start(t, c.more...)
			c.person["sub"] = "s"
			h.Person(c.person)
			id, err := h.signIn(t)
			if c.refuse {
				wantCode(t, "such groups", err, "federation.untrusted", 0)
				return
			}
			got := federation.Identity{Name: id.Name, RealName: id.RealName, Email: id.Email, Groups: id.Groups}
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

// TestUserInfo: some providers tell the groups there alone.
func TestUserInfo(t *testing.T) {
	t.Parallel()
	h := start(t, "create: true", "groups: {a: cms}")
	h.Person(map[string]any{"sub": "s", "name": "Signed"})
	h.Info(map[string]any{"sub": "s", "preferred_username": "carol", "name": "Unsigned", "groups": []string{"a"}})
	id, err := h.signIn(t)
	if err != nil || id.Name != "carol" || id.RealName != "Signed" || !reflect.DeepEqual(id.Groups, []string{"cms"}) {
		t.Errorf("%+v, %v", id, err)
	}
	h.Info(map[string]any{"sub": "another", "preferred_username": "root", "groups": []string{"a"}})
	_, err = h.signIn(t)
	wantCode(t, "userinfo about another", err, "federation.untrusted", 0)
	h.Instead("/userinfo", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	_, err = h.signIn(t)
	wantCode(t, "no userinfo", err, "federation.unreachable", http.StatusBadGateway)
	h.Person(map[string]any{"sub": "s", "preferred_username": "carol", "groups": []string{}})
	if id, err := h.signIn(t); err != nil || len(id.Groups) != 0 {
		t.Errorf("who says all in the ID token is not asked: %+v, %v", id, err)
	}
}

// TestUntilTheProviderIsBack: it is asked when somebody signs in, again
// shortly after it failed, and not for each login.
func TestUntilTheProviderIsBack(t *testing.T) {
	t.Parallel()
	h := start(t)
	const path = "/.well-known/openid-configuration"
	if h.Questions() != 0 {
		t.Errorf("asked %d times before anybody signed in", h.Questions())
	}
	h.Instead(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	for range 5 {
		_, err := h.signIn(t)
		wantCode(t, "down", err, "federation.unreachable", http.StatusBadGateway)
	}
	if n := h.Asked(path); n != 1 {
		t.Errorf("asked %d times in one moment", n)
	}
	h.Instead(path, nil)
	h.clock.at = h.clock.at.Add(3 * time.Second)
	for range 3 {
		if _, err := h.signIn(t); err != nil {
			t.Error(err)
		}
	}
	if n, keys := h.Asked(path), h.Asked("/jwks"); n != 2 || keys != 1 {
		t.Errorf("asked %d times for the document, %d times for the keys", n, keys)
	}
	h.Instead(path, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	h.clock.at = h.clock.at.Add(25 * time.Hour)
	if _, err := h.signIn(t); err != nil {
		t.Errorf("an old document does while there is no new one: %v", err)
	}
	if n := h.Asked(path); n != 3 {
		t.Errorf("asked %d times after a day", n)
	}
}
