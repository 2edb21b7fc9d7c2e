package view

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

// TestWhatRevokes tells one event after the one that makes its aggregate: is
// a credential made between the two over, and one made afterwards not?
func TestWhatRevokes(t *testing.T) {
	t.Parallel()
	const (
		user   = `evt.auth.user.u1.u1 auth.user.registered.v1 {"id":"u1","name":"alice","credential":"c1"}`
		client = `evt.auth.client.-.c1 auth.client.registered.v1 {"id":"demo","name":"d","grant_types":["device_code"],"public":true}`
		grant  = `evt.auth.grant.u1.g1 auth.grant.begun.v1 {"id":"g1","user":"u1","client":"demo","scopes":[]}`
		apikey = `evt.auth.apikey.u1.k1 auth.apikey.created.v1 {"id":"k1","user":"u1","scopes":[]}`
		key    = `evt.auth.key.-.kid auth.key.announced.v1 {"kid":"kid","jwk":{"kty":"OKP"}}`
	)
	for _, c := range []struct {
		first, event, data string
		fact               string // empty: revokes nothing
	}{
		{user, "auth.user.disabled.v1", `{}`, "user/u1"},
		{user, "auth.user.password_changed.v1", `{"credential":"c2"}`, "user/u1"},
		{user, "auth.user.group_left.v1", `{"group":"users"}`, "user/u1"},
		{user, "auth.user.role_taken.v1", `{"role":"operator"}`, "user/u1"},
		{user, "auth.user.suspended.v1", `{"vo":"cms"}`, "user/u1"},
		{user, "auth.user.certificate_removed.v1", `{"dn":"/CN=a"}`, "user/u1"},
		{user, "auth.user.login_removed.v1", `{"uid":"alice1"}`, "user/u1"},
		{user, "auth.user.key_removed.v1", `{"id":"k"}`, "user/u1"},
		{user, "auth.user.unlinked.v1", `{"provider":"p","subject":"s"}`, "user/u1"},
		{user, "auth.user.sessions_ended.v1", `{}`, "user/u1"},
		{user, "auth.user.enabled.v1", `{}`, ""},
		{user, "auth.user.group_joined.v1", `{"group":"users"}`, ""},
		{user, "auth.user.signed_in.v1", `{"method":"password"}`, ""},
		{client, "auth.client.removed.v1", `{"id":"demo.X"}`, "client/demo.X"},
		{client, "auth.client.changed.v1", `{"id":"demo.X","name":"d","grant_types":[],"narrowed":true}`, "client/demo.X"},
		{client, "auth.client.changed.v1", `{"name":"d","grant_types":[]}`, ""},
		{client, "auth.client.secret_rotated.v1", `{"id":"demo.X","secret_id":"s"}`, "client/demo.X"},
		{client, "auth.client.secret_rotated.v1", `{"secret_id":"s","old_until":"2026-11-22T12:00:00Z"}`, ""},
		{grant, "auth.grant.revoked.v1", `{"reason":"user"}`, "grant/g1"},
		{grant, "auth.grant.refreshed.v1", `{"generation":2}`, ""},
		{apikey, "auth.apikey.revoked.v1", `{}`, "apikey/k1"},
		{apikey, "auth.apikey.used.v1", `{"at":"2026-11-21T12:00:00Z"}`, ""},
		{key, "auth.key.retired.v1", `{"compromised":true}`, "key/kid"},
		{key, "auth.key.retired.v1", `{}`, ""},
	} {
		topic, _, _ := strings.Cut(c.first, " ")
		v := grown(t, tell(t, c.first+"\n"+topic+" "+c.event+" "+c.data))
		got, err := v.Revocations(t.Context(), start)
		if err != nil || got.Position != 2 {
			t.Errorf("%s: %+v, %v", c.event, got, err)
		}
		if c.fact == "" {
			if len(got.List) != 0 {
				t.Errorf("%s %s revokes %+v", c.event, c.data, got.List)
			}
			continue
		}
		if len(got.List) != 1 || got.List[0].Fact != c.fact || got.List[0].After != 1 {
			t.Errorf("%s %s revokes %+v", c.event, c.data, got.List)
		}
		for position, want := range map[uint64]bool{1: true, 2: false} {
			if over, err := v.Over(t.Context(), facts(c.fact, position)); over != want || err != nil {
				t.Errorf("%s: what was made at %d is over: %v, %v", c.event, position, over, err)
			}
		}
	}
}

func facts(fact string, position uint64) who.Facts {
	kind, id, _ := strings.Cut(fact, "/")
	f := who.Facts{Position: position}
	switch kind {
	case "user":
		f.User = id
	case "client":
		f.Client = id
	case "grant":
		f.Grant = id
	case "apikey":
		f.APIKey = id
	case "key":
		f.Key = id
	}
	return f
}

// TestOldRevocationsGo: one is kept as long as it can matter, the last one of
// a fact counts, and a token's own ends soon after the token.
func TestOldRevocationsGo(t *testing.T) {
	t.Parallel()
	v := grown(t, tell(t, `evt.auth.token.u1.t1 auth.token.revoked.v1 {"expires":"2026-11-21T12:00:02.5Z"}
evt.auth.user.u1.u1 auth.user.registered.v1 {"id":"u1","name":"alice","credential":"c1"}
evt.auth.user.u1.u1 auth.user.sessions_ended.v1 {}
evt.auth.user.u1.u1 auth.user.sessions_ended.v1 {}`))
	for at, want := range map[time.Duration]string{0: "token/t1 user/u1", 63 * time.Second: "token/t1 user/u1", 65 * time.Second: "user/u1",
		30 * 24 * time.Hour: "user/u1", 32 * 24 * time.Hour: ""} {
		got, err := v.Revocations(t.Context(), start.Truncate(time.Second).Add(at))
		var names []string
		for _, r := range got.List {
			names = append(names, r.Fact)
			if r.Fact == "user/u1" && r.After != 3 {
				t.Errorf("the last one is at %d", r.After)
			}
		}
		if err != nil || strings.Join(names, " ") != want {
			t.Errorf("after %v: %v, %v", at, names, err)
		}
	}
	later := grown(t, tell(t, `evt.auth.token.u1.t1 auth.token.revoked.v1 {"expires":"2026-11-21T11:59:00Z"}
evt.auth.user.u1.u1 auth.user.registered.v1 {"id":"u1","name":"alice","credential":"c1"}
evt.auth.user.u1.u1 auth.user.disabled.v1 {}`))
	if got, err := later.Revocations(t.Context(), time.Time{}); err != nil || len(got.List) != 1 {
		t.Errorf("what is past was kept: %+v, %v", got, err)
	}
}

func TestGrantsKeysAndRoles(t *testing.T) {
	t.Parallel()
	v := grown(t, told(t))
	if g, err := v.GrantByID(t.Context(), "g1"); err != nil || g.Client != "demo" || g.Revoked != "user" || !g.Since.Equal(start.Add(11*time.Second)) {
		t.Errorf("grant %+v, %v", g, err)
	}
	if g, err := v.GrantByID(t.Context(), "g2"); !errors.Is(err, ErrNone) {
		t.Errorf("a grant that never began: %+v, %v", g, err)
	}
	if over, err := v.Over(t.Context(), who.Facts{Grant: "g2", Position: 3}); !over || err != nil {
		t.Errorf("it is revoked: %v, %v", over, err)
	}
	if gs, err := v.GrantsOf(t.Context(), "u1"); err != nil || len(gs) != 1 {
		t.Errorf("grants %+v, %v", gs, err)
	}
	if k, err := v.APIKeyByID(t.Context(), "k1"); err != nil || k.Name != "laptop" || k.User != "u1" {
		t.Errorf("key %+v, %v", k, err)
	}
	if ks, err := v.APIKeysOf(t.Context(), "u2"); err != nil || len(ks) != 0 {
		t.Errorf("another's keys %+v, %v", ks, err)
	}
	if rs, err := v.AllRoles(t.Context()); err != nil || len(rs) != 1 || rs[0].State.Name != "writer" {
		t.Errorf("roles %+v, %v", rs, err)
	}
}

// TestRecognised: of two who claim the same certificate it is neither, until
// one gives it up.
func TestRecognised(t *testing.T) {
	t.Parallel()
	const both = `evt.auth.user.u1.u1 auth.user.registered.v1 {"id":"u1","name":"alice","credential":"c1"}
evt.auth.user.u2.u2 auth.user.registered.v1 {"id":"u2","name":"bob","credential":"c2"}
evt.auth.user.u1.u1 auth.user.linked.v1 {"provider":"egi","subject":"s"}
evt.auth.user.u1.u1 auth.user.key_added.v1 {"id":"k","jwk":{}}
evt.auth.user.u1.u1 auth.user.certificate_added.v1 {"dn":"/CN=x"}
evt.auth.user.u2.u2 auth.user.certificate_added.v1 {"dn":"/CN=x"}`
	v := grown(t, tell(t, both))
	if u, err := v.UserByCertificate(t.Context(), "/CN=x"); !errors.Is(err, ErrNone) {
		t.Errorf("claimed by two: %+v, %v", u, err)
	}
	if u, err := v.UserByLink(t.Context(), "egi", "s"); err != nil || u.Name != "alice" {
		t.Errorf("link: %+v, %v", u, err)
	}
	if u, err := v.UserByLink(t.Context(), "egi\ns", ""); !errors.Is(err, ErrNone) {
		t.Errorf("no link: %+v, %v", u, err)
	}
	if u, err := v.UserByKey(t.Context(), "k"); err != nil || u.Name != "alice" {
		t.Errorf("key: %+v, %v", u, err)
	}
	v = grown(t, tell(t, both+"\n"+`evt.auth.user.u2.u2 auth.user.certificate_removed.v1 {"dn":"/CN=x"}`))
	if u, err := v.UserByCertificate(t.Context(), "/CN=x"); err != nil || u.Name != "alice" {
		t.Errorf("given up: %+v, %v", u, err)
	}
}
