package view

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

var start = time.Date(2026, 11, 21, 12, 0, 0, 5e6, time.UTC)

// told writes a small history: each line is a topic, an event's type and its data.
func told(t *testing.T) *esmem.Store {
	t.Helper()
	return tell(t, `evt.auth.key.-.k1 auth.key.announced.v1 {"kid":"k1","jwk":{"kty":"OKP"}}
evt.auth.user.u2.u2 auth.user.registered.v1 {"id":"u2","name":"zoe","credential":"c1","roles":["operator"]}
evt.auth.group.-.g1 auth.group.created.v1 {"id":"g1","name":"users"}
evt.auth.user.u1.u1 auth.user.registered.v1 {"id":"u1","name":"alice","credential":"c2"}
evt.auth.client.-.c1 auth.client.registered.v1 {"id":"demo","name":"zoe","grant_types":["device_code"],"public":true}
evt.auth.user.u2.u2 auth.user.group_joined.v1 {"group":"users"}
evt.auth.user.u2.u2 auth.user.moved_to_the_moon.v9 {"planet":7}
evt.auth.planet.-.p1 auth.planet.found.v1 {"name":"zoe"}
evt.auth.user.u2.u2 auth.user.disabled.v1 {}
evt.auth.key.-.k2 auth.key.announced.v1 {"kid":"k2","jwk":{"kty":"EC"}}
evt.auth.user.u1.u1 auth.user.certificate_added.v1 {"dn":"/CN=Alice"}
evt.auth.grant.u1.g1 auth.grant.begun.v1 {"id":"g1","user":"u1","client":"demo","scopes":["api"],"expires":"2026-12-21T12:00:00Z"}
evt.auth.grant.u1.g2 auth.grant.revoked.v1 {"reason":"replay"}
evt.auth.grant.u1.g1 auth.grant.revoked.v1 {"reason":"user"}
evt.auth.apikey.u1.k1 auth.apikey.created.v1 {"id":"k1","user":"u1","name":"laptop","scopes":["api:read"]}
evt.auth.role.-.r1 auth.role.created.v1 {"id":"r1","name":"reader","active":true}
evt.auth.role.-.r2 auth.role.created.v1 {"id":"r2","name":"writer","active":true}
evt.auth.role.-.r1 auth.role.removed.v1 {}
evt.auth.key.-.k2 auth.key.retired.v1 {}`)
}

// tell writes lines like those above, a second apart.
func tell(t *testing.T, history string) *esmem.Store {
	t.Helper()
	st, last := esmem.New(), map[string]uint64{}
	for i, line := range strings.Split(history, "\n") {
		f := strings.SplitN(line, " ", 3)
		seq, err := st.Append(t.Context(), f[0], last[f[0]], es.Commit{Command: fmt.Sprint(i), Events: []es.Event{
			{ID: fmt.Sprint(i, ".0"), Type: f[1], Source: "/auth", Time: start.Add(time.Duration(i) * time.Second), Data: json.RawMessage(f[2])}}})
		if err != nil {
			t.Fatal(err)
		}
		last[f[0]] = seq
	}
	return st
}

func grown(t *testing.T, st es.Store) *View {
	t.Helper()
	return grownAt(t, filepath.Join(t.TempDir(), "view.db"), st)
}

func grownAt(t *testing.T, path string, st es.Store) *View {
	t.Helper()
	v, err := Open(path, st, logx.Discard())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- v.Run(ctx) }()
	t.Cleanup(func() { cancel(); <-done; _ = v.Close() })
	if err := v.Fresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestShowsWhatWasTold(t *testing.T) {
	t.Parallel()
	v := grown(t, told(t))
	zoe := User{user.User{ID: "u2", Name: "zoe", Credential: "c1", Groups: []string{"users"}, Roles: []user.Role{"operator"}, Disabled: true},
		Stamp{Since: start.Add(time.Second), Position: 2, Updated: start.Add(8 * time.Second), Version: 9}}
	alice := User{user.User{ID: "u1", Name: "alice", Credential: "c2", Certificates: []user.DN{"/CN=Alice"}},
		Stamp{Since: start.Add(3 * time.Second), Position: 4, Updated: start.Add(10 * time.Second), Version: 11}}
	if got, err := v.Users(t.Context()); err != nil || !reflect.DeepEqual(got, []User{zoe, alice}) {
		t.Errorf("users %+v, %v", got, err)
	}
	if got, err := v.UserByName(t.Context(), "zoe"); err != nil || !reflect.DeepEqual(got, zoe) {
		t.Errorf("by name: %+v, %v", got, err)
	}
	if got, err := v.UserByID(t.Context(), "u1"); err != nil || !reflect.DeepEqual(got, alice) {
		t.Errorf("by id: %+v, %v", got, err)
	}
	if got, err := v.AllClients(t.Context()); err != nil || !reflect.DeepEqual(got, []Thing[client.Client]{{
		client.Client{ID: "demo", Details: client.Details{Name: "zoe", Grants: []client.Grant{"device_code"}, Public: true}},
		Stamp{Since: start.Add(4 * time.Second), Position: 5, Updated: start.Add(4 * time.Second), Version: 5}}}) {
		t.Errorf("clients %+v, %v", got, err)
	}
	if got, err := v.Keys(t.Context()); err != nil || !reflect.DeepEqual(got, []key.Dated{
		{Key: key.Key{ID: "k1", JWK: json.RawMessage(`{"kty":"OKP"}`), Use: key.Access, Stage: key.Signing}, Announced: start, Activated: start},
		{Key: key.Key{ID: "k2", JWK: json.RawMessage(`{"kty":"EC"}`), Use: key.Access, Stage: key.Over}, Announced: start.Add(9 * time.Second),
			Activated: start.Add(9 * time.Second), Retired: start.Add(18 * time.Second)}}) {
		t.Errorf("keys %+v, %v", got, err)
	}
	for _, nobody := range []user.Name{"", "users", "p1", "ALICE", "alice'"} {
		if got, err := v.UserByName(t.Context(), nobody); !errors.Is(err, ErrNone) {
			t.Errorf("%q is %+v, %v", nobody, got, err)
		}
	}
}

// TestCutsMakeNoDifference folds the history in one batch and commit by commit.
func TestCutsMakeNoDifference(t *testing.T) {
	t.Parallel()
	var all []es.Recorded
	enough := errors.New("enough")
	err := told(t).Tail(t.Context(), 0, func(batch []es.Recorded, caught bool) error {
		all = append(all, batch...)
		if caught {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	whole, pieces := folded(t, all), folded(t, slices.Collect(slices.Chunk(all, 1))...)
	if whole != pieces || !strings.Contains(whole, "alice") || !strings.Contains(whole, "grant/g1 13 ") {
		t.Errorf("whole:\n%s\nin pieces:\n%s", whole, pieces)
	}
}

// folded applies the batches, a transaction each, and returns all rows.
func folded(t *testing.T, batches ...[]es.Recorded) string {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "view.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(schema); err != nil {
		t.Fatal(err)
	}
	for _, b := range batches {
		tx, err := db.Begin()
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(apply(tx, b), tx.Commit()); err != nil {
			t.Fatal(err)
		}
	}
	var rows string
	if err := db.QueryRow(`SELECT group_concat(line, char(10)) FROM (
		SELECT concat_ws(' ', kind, id, owner, name, seq, since, version, updated, used, state) AS line FROM aggregate
		UNION ALL SELECT concat_ws(' ', kind, value, user) FROM identity
		UNION ALL SELECT concat_ws(' ', fact, after, until) FROM revocation
		UNION ALL SELECT concat_ws(' ', position, n, time, actor_id, actor, credential, type, subject, owner, text) FROM audit ORDER BY line)`).Scan(&rows); err != nil {
		t.Fatal(err)
	}
	return rows
}
