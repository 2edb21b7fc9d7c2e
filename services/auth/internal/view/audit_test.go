package view

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/view"
)

// TestEveryEventHasASentence tells every event there is, in its frozen form.
func TestEveryEventHasASentence(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"auth.user.registered.v1":          "alice was registered, in the group users, as operator",
		"auth.user.password_changed.v1":    "alice has a new password",
		"auth.user.disabled.v1":            "alice was disabled",
		"auth.user.enabled.v1":             "alice was enabled again",
		"auth.user.group_joined.v1":        "alice joined the group users",
		"auth.user.group_left.v1":          "alice left the group users",
		"auth.user.default_group_set.v1":   "alice acts in the group users by default",
		"auth.user.role_given.v1":          "alice was given the role operator",
		"auth.user.role_taken.v1":          "the role operator was taken from alice",
		"auth.user.core4_changed.v1":       "alice now has the permission api://core4.*/r and the role reader of core4",
		"auth.user.profile_changed.v1":     `alice is called "Alice", with the address alice@example.org`,
		"auth.user.certificate_added.v1":   "alice is recognised by the certificate /O=Org/CN=Alice",
		"auth.user.certificate_removed.v1": "alice is no longer recognised by the certificate /O=Org/CN=Alice",
		"auth.user.login_added.v1":         "alice may use the Unix login alice",
		"auth.user.login_removed.v1":       "alice may no longer use the Unix login alice",
		"auth.user.key_added.v1":           "alice is recognised by the key 00ff for laptop",
		"auth.user.key_removed.v1":         "alice is no longer recognised by the key 00ff",
		"auth.user.linked.v1":              "alice is recognised as 0815@egi.eu of egi",
		"auth.user.unlinked.v1":            "alice is no longer recognised as 0815@egi.eu of egi",
		"auth.user.suspended.v1":           "alice was suspended in the virtual organisation cms",
		"auth.user.resumed.v1":             "alice may act in the virtual organisation cms again",
		"auth.user.signed_in.v1":           "alice signed in through egi",
		"auth.user.sessions_ended.v1":      "alice was signed out everywhere",
		"auth.group.created.v1":            "the group users was made",
		"auth.group.changed.v1":            "the group users now gives the property NormalUser in the virtual organisation cms, for the setup Production and the provider's role vo.cms",
		"auth.role.created.v1":             "the core4 role reader was made, with the permission api://core4.*/r and the role base",
		"auth.role.changed.v1":             "the core4 role reader now has the permission api://core4.*/r and the role base",
		"auth.role.removed.v1":             "the core4 role reader was removed",
		"auth.client.registered.v1":        "the client Demo client (demo-client) was registered",
		"auth.client.changed.v1":           "the client Demo client (demo-client) may do less than before, and what it was given has ended; it acts as 0f3k2m9qxya by itself, is trusted, may look into the tokens of others and may ask for api",
		"auth.client.secret_rotated.v1":    "the client Demo client (demo-client) has a new secret; the old one is good until 2026-12-21 12:00 UTC",
		"auth.client.removed.v1":           "the client Demo client (demo-client) was removed",
		"auth.grant.begun.v1":              "alice allowed the client demo-client to act for them in the group users: api",
		"auth.grant.refreshed.v1":          "the client demo-client goes on acting for alice",
		"auth.grant.revoked.v1":            "the client demo-client may no longer act for alice: an old refresh token came again",
		"auth.apikey.created.v1":           "alice made the API key laptop, for api:read",
		"auth.apikey.used.v1":              "the API key laptop of alice was used",
		"auth.apikey.revoked.v1":           "the API key laptop of alice was revoked",
		"auth.token.revoked.v1":            "an access token of alice was revoked",
		"auth.key.announced.v1":            "the key 00ff was announced, for access tokens",
		"auth.key.activated.v1":            "the key 00ff now signs",
		"auth.key.retired.v1":              "the key 00ff is compromised: it was retired, and what it signed has ended",
	}
	names := map[string]string{"user": "alice", "group": "users", "role": "reader", "client": "Demo client", "grant": "demo-client", "apikey": "laptop", "key": "00ff"}
	files, err := filepath.Glob("../../authapi/testdata/events/*.json")
	if err != nil || len(files) < len(want) {
		t.Fatalf("%d frozen events, %v", len(files), err)
	}
	for _, path := range files {
		typ := strings.TrimSuffix(filepath.Base(path), ".json")
		frozen, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s := story{Kind: strings.Split(typ, ".")[1], ID: "00ff", Owner: "alice"}
		s.Name = names[s.Kind]
		if err := json.Unmarshal(frozen, &s.fields); err != nil {
			t.Fatal(err)
		}
		if got := s.sentence(typ); got != want[typ] {
			t.Errorf("%s: %q, want %q", typ, got, want[typ])
		}
		delete(want, typ)
	}
	if len(want) > 0 {
		t.Errorf("there are no such events: %v", slices.Sorted(maps.Keys(want)))
	}
}

// TestSentencesWithLess tells events that leave something out.
func TestSentencesWithLess(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, typ, data, want string
	}{
		{"user", "auth.user.registered.v1", `{}`, "alice was registered"},
		{"user", "auth.user.registered.v1", `{"groups":["a","b","c"]}`, "alice was registered, in the groups a, b and c"},
		{"user", "auth.user.core4_changed.v1", `{}`, "alice now has no permissions and no roles of core4"},
		{"user", "auth.user.core4_changed.v1", `{"role_names":["a","b"]}`, "alice now has the roles a and b of core4"},
		{"user", "auth.user.core4_changed.v1", `{"perms":["cop","app://x"]}`, "alice now has the permissions cop and app://x of core4"},
		{"user", "auth.user.profile_changed.v1", `{}`, "alice has no real name and no address any more"},
		{"user", "auth.user.profile_changed.v1", `{"email":"a@b"}`, "alice has the address a@b"},
		{"user", "auth.user.signed_in.v1", `{"method":"password"}`, "alice signed in by password"},
		{"user", "auth.user.key_added.v1", `{"id":"k"}`, "alice is recognised by the key k"},
		{"group", "auth.group.changed.v1", `{"properties":["A","B"]}`, "the group alice now gives the properties A and B"},
		{"group", "auth.group.changed.v1", `{}`, "the group alice now gives no properties"},
		{"client", "auth.client.changed.v1", `{"id":"C"}`, "the client alice (C) was changed"},
		{"client", "auth.client.changed.v1", `{"id":"C","trusted":true}`, "the client alice (C) was changed; it is trusted"},
		{"client", "auth.client.registered.v1", `{"id":"C","run_as":"u1","resource":true}`, "the client alice (C) was registered; it acts as carl by itself and may look into the tokens of others"},
		{"client", "auth.client.secret_rotated.v1", `{"id":"alice"}`, "the client alice has a new secret, and what it got with the old one has ended"},
		{"grant", "auth.grant.revoked.v1", `{"reason":"user"}`, "bob no longer allows the client alice to act for them"},
		{"grant", "auth.grant.revoked.v1", `{"reason":"admin"}`, "the client alice was stopped from acting for bob"},
		{"key", "auth.key.retired.v1", `{}`, "the key 7 was retired"},
		{"planet", "auth.planet.found.v9", `{}`, "auth.planet.found.v9"},
	} {
		s := story{Kind: c.kind, ID: "7", Name: "alice", Owner: "bob", Runner: "carl"}
		if err := json.Unmarshal([]byte(c.data), &s.fields); err != nil {
			t.Fatal(err)
		}
		if got := s.sentence(c.typ); got != c.want {
			t.Errorf("%s %s: %q, want %q", c.typ, c.data, got, c.want)
		}
	}
}

func texts(t *testing.T, v *View, q AuditQuery) []string {
	t.Helper()
	q.Limit = 100
	entries, err := v.Audit(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, fmt.Sprintf("%d %s: %s", e.Place.Position, e.Subject, e.Text))
	}
	return out
}

func TestAuditIsSelected(t *testing.T) {
	t.Parallel()
	v := grown(t, told(t))
	for name, c := range map[string]struct {
		q    AuditQuery
		want []string
	}{
		"by subject": {AuditQuery{Subject: "client/demo"}, []string{"5 client/demo: the client zoe (demo) was registered"}},
		"by owner": {AuditQuery{Owner: "u1"}, []string{
			"15 apikey/k1: alice made the API key laptop, for api:read",
			"14 grant/g1: alice no longer allows the client demo to act for them",
			"13 grant/g2: a client may no longer act for alice: its code came twice",
			"12 grant/g1: alice allowed the client demo to act for them: api",
			"11 user/alice: alice is recognised by the certificate /CN=Alice",
			"4 user/alice: alice was registered"}},
		"what was removed keeps its name": {AuditQuery{Type: "auth.role.removed.v1"}, []string{"18 role/reader: the core4 role reader was removed"}},
		"what is not known is told":       {AuditQuery{Subject: "planet/p1"}, []string{"8 planet/p1: auth.planet.found.v1"}},
		"by time":                         {AuditQuery{From: start.Add(2 * time.Second), To: start.Add(3 * time.Second)}, []string{"3 group/users: the group users was made"}},
		"after a place": {AuditQuery{Owner: "u2", Before: Place{9, 0}}, []string{
			"7 user/zoe: auth.user.moved_to_the_moon.v9", "6 user/zoe: zoe joined the group users", "2 user/zoe: zoe was registered, as operator"}},
		"nothing": {AuditQuery{Actor: "nobody"}, nil},
	} {
		if got := texts(t, v, c.q); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
	}
}

func TestAuditTellsWhoAndThroughWhat(t *testing.T) {
	t.Parallel()
	st := told(t)
	_, err := st.Append(t.Context(), "evt.auth.user.u1.u1", 11, es.Commit{Command: "x", Events: []es.Event{
		{ID: "x.0", Type: "auth.user.disabled.v1", Source: "/auth", Time: start, Actor: "u2", Credential: "grant/g7 of app", Data: json.RawMessage(`{}`)}}})
	if err != nil {
		t.Fatal(err)
	}
	v := grown(t, st)
	got, err := v.Audit(t.Context(), AuditQuery{Actor: "zoe", Subject: "user/alice", Limit: 5})
	if err != nil || len(got) != 1 || got[0].Actor != "zoe" || got[0].Credential != "grant/g7 of app" || !got[0].Time.Equal(start) {
		t.Fatalf("%+v, %v", got, err)
	}
	if got := texts(t, v, AuditQuery{Concerns: "u2"}); len(got) != 5 {
		t.Errorf("what concerns zoe: %q", got)
	}
}

// TestAuditIsComplete: of any history every event has exactly one row, in
// order, however the journal is cut into batches.
func TestAuditIsComplete(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		st, last, want := esmem.New(), map[string]uint64{}, []string(nil)
		for i, size := range rapid.SliceOfN(rapid.IntRange(1, 3), 1, 12).Draw(rt, "commits") {
			kind := rapid.SampledFrom([]string{"user", "group", "planet"}).Draw(rt, "kind")
			topic := "evt.auth." + kind + ".-." + rapid.SampledFrom([]string{"a", "b"}).Draw(rt, "id")
			c := es.Commit{Command: fmt.Sprint(i)}
			for n := range size {
				typ := rapid.SampledFrom([]string{"auth.user.registered.v1", "auth.user.disabled.v1", "auth.group.created.v1", "auth.x.y.v1"}).Draw(rt, "type")
				c.Events = append(c.Events, es.Event{ID: fmt.Sprint(i, ".", n), Type: typ, Source: "/auth", Time: start, Data: json.RawMessage(`{"id":"a","name":"n"}`)})
				want = append(want, fmt.Sprintf("%d.%d %s", i+1, n, typ))
			}
			seq, err := st.Append(context.Background(), topic, last[topic], c)
			if err != nil {
				rt.Fatal(err)
			}
			last[topic] = seq
		}
		entries, err := grown(t, st).Audit(context.Background(), AuditQuery{Limit: 1000})
		if err != nil {
			rt.Fatal(err)
		}
		var got []string
		for _, e := range slices.Backward(entries) {
			got = append(got, fmt.Sprintf("%d.%d %s", e.Place.Position, e.N, e.Type))
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("got  %q\nwant %q", got, want)
		}
	})
}

// TestSignInsAreNoVersion: who signs in is no other user than before.
func TestSignInsAreNoVersion(t *testing.T) {
	t.Parallel()
	v := grown(t, tell(t, `evt.auth.user.u1.u1 auth.user.registered.v1 {"id":"u1","name":"alice","credential":"c1"}
evt.auth.user.u1.u1 auth.user.disabled.v1 {}
evt.auth.user.u1.u1 auth.user.signed_in.v1 {"method":"password"}`))
	u, err := v.UserByID(t.Context(), "u1")
	want := Stamp{Since: start, Position: 1, Updated: start.Add(time.Second), Version: 2, Used: start.Add(2 * time.Second)}
	if err != nil || u.Stamp != want {
		t.Errorf("%+v, %v", u.Stamp, err)
	}
}

func TestUserByEmail(t *testing.T) {
	t.Parallel()
	v := grown(t, tell(t, `evt.auth.user.u1.u1 auth.user.registered.v1 {"id":"u1","name":"alice","credential":"c1"}
evt.auth.user.u1.u1 auth.user.profile_changed.v1 {"email":"Alice@example.org"}`))
	if u, err := v.UserByEmail(t.Context(), "aLICE@example.org"); err != nil || u.Name != "alice" {
		t.Errorf("%+v, %v", u, err)
	}
	for except, want := range map[string]bool{"u1": false, "u2": true, "": true} {
		if taken, err := v.Taken(t.Context(), Email, "alice@example.org", except); err != nil || taken != want {
			t.Errorf("taken by another than %q: %v, %v", except, taken, err)
		}
	}
}

// TestAnOldFileIsGrownAnew: a file of the schema before has no audit.
func TestAnOldFileIsGrownAnew(t *testing.T) {
	t.Parallel()
	path, st := filepath.Join(t.TempDir(), "view.db"), told(t)
	old, err := view.Open(path, st, view.Projection{Name: "auth", Version: 3, Schema: `CREATE TABLE aggregate (kind TEXT)`}, logx.Discard())
	if err != nil {
		t.Fatal(err)
	}
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	if got := texts(t, grownAt(t, path, st), AuditQuery{Subject: "user/zoe"}); len(got) != 4 {
		t.Errorf("%q", got)
	}
}
