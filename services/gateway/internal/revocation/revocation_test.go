package revocation_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/es/esmem"
	"github.com/heddle-dev/heddle/pkg/es/estest"
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/revocation"
)

// world is an auth service's journal, what the service says of it, and a set.
type world struct {
	*revocation.Set
	mem   *esmem.Store
	store *estest.Faulty

	mu   sync.Mutex
	says authapi.Revocations
	down error
}

func (w *world) Revocations(context.Context, authapi.Empty) (authapi.Revocations, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.says, w.down
}

func (w *world) say(r authapi.Revocations, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.says, w.down = r, err
}

// in runs a test in a world of its own, whose clock moves when all wait.
func in(t *testing.T, prepare, test func(*testing.T, *world)) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mem := esmem.New()
		w := &world{mem: mem, store: &estest.Faulty{Store: mem}}
		w.Set = revocation.New(w, slog.New(slog.DiscardHandler))
		prepare(t, w)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); w.Run(ctx, w.store) }()
		synctest.Wait()
		test(t, w)
		stop()
		<-done
	})
}

func nothing(*testing.T, *world) {}

// append writes an event, returns its position and lets the set hear of it.
func (w *world) append(t *testing.T, topic, kind, data string) uint64 {
	t.Helper()
	old, err := w.mem.Load(t.Context(), topic, 0)
	if err != nil {
		t.Fatal(err)
	}
	var expect uint64
	if len(old) > 0 {
		expect = old[len(old)-1].Seq
	}
	id := time.Now().Format("150405.000000000") + kind + topic
	seq, err := w.mem.Append(t.Context(), topic, expect, es.Commit{Command: id, Events: []es.Event{{
		ID: id + ".0", Type: kind, Source: "/auth", Subject: "x/y", Time: time.Now(), Data: json.RawMessage(data),
	}}})
	if err != nil {
		t.Fatal(err)
	}
	synctest.Wait()
	return seq
}

func (w *world) is(t *testing.T, f who.Facts, want fault.Kind) {
	t.Helper()
	var got fault.Kind
	if err := w.Check(f); err != nil {
		got = fault.From(err).Kind
	}
	if got != want {
		t.Errorf("%+v: %q; want %q", f, got, want)
	}
}

// bind returns a context that ends with the credential.
func (w *world) bind(t *testing.T, f who.Facts) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(t.Context())
	return ctx, w.Bind(f, cancel)
}

func TestWhatEndsACredential(t *testing.T) {
	in(t, nothing, func(t *testing.T, w *world) {
		for _, c := range []struct {
			topic, kind, data string
			facts             who.Facts
		}{
			{authapi.UserTopic("u1"), "auth.user.disabled.v1", `{}`, who.Facts{User: "u1", Client: "c9"}},
			{authapi.UserTopic("u2"), "auth.user.sessions_ended.v1", `{}`, who.Facts{User: "u2"}},
			{authapi.GrantTopic("u3", "g1"), "auth.grant.revoked.v1", `{}`, who.Facts{User: "u3", Grant: "g1"}},
			{authapi.TokenTopic("u3", "j1"), "auth.token.revoked.v1", `{}`, who.Facts{User: "u3", JTI: "j1"}},
			{authapi.APIKeyTopic("u3", "k1"), "auth.apikey.revoked.v1", `{}`, who.Facts{User: "u3", APIKey: "k1"}},
			{authapi.ClientTopic("c1"), "auth.client.removed.v1", `{"id":"c1"}`, who.Facts{User: "u3", Client: "c1"}},
			{authapi.KeyTopic("s1"), "auth.key.retired.v1", `{"compromised":true}`, who.Facts{User: "u3", Key: "s1"}},
			{authapi.GroupTopic("g1"), "auth.group.changed.v1", `{"narrowed":true,"name":"users"}`, who.Facts{User: "u3", Group: "users"}},
			{authapi.GroupTopic("g2"), "auth.group.changed.v1", `{"narrowed":true,"name":"admins","former_vo":"cms"}`, who.Facts{User: "u3", Group: "users", VO: "cms", Borrows: true}},
		} {
			before := w.Position()
			c.facts.Position = before
			w.is(t, c.facts, "")
			ctx, free := w.bind(t, c.facts)
			at := w.append(t, c.topic, c.kind, c.data)
			w.is(t, c.facts, fault.Unauthenticated)
			if !errors.Is(ctx.Err(), context.Canceled) || fault.From(context.Cause(ctx)).Kind != fault.Unauthenticated {
				t.Errorf("%s: what is bound goes on: %v", c.kind, context.Cause(ctx))
			}
			free()
			c.facts.Position = at
			w.is(t, c.facts, "") // made afterwards
			later, free := w.bind(t, c.facts)
			if later.Err() != nil {
				t.Errorf("%s: a later credential does not bind", c.kind)
			}
			free()
			w.is(t, who.Facts{User: "other", Client: "x", Group: "guests", VO: "cms", Position: before}, "")
		}
	})
}

func TestSnapshotAndTailAreOne(t *testing.T) {
	in(t, func(t *testing.T, w *world) {
		w.append(t, authapi.UserTopic("u1"), "auth.user.disabled.v1", `{}`)
		w.append(t, authapi.UserTopic("u2"), "auth.user.disabled.v1", `{}`)
		w.say(authapi.Revocations{Position: 1, List: []authapi.Revocation{
			{Fact: "user/u1", After: 0, Until: time.Now().Add(time.Hour)},
		}}, nil)
		w.is(t, who.Facts{User: "u9"}, fault.Unavailable)
		select {
		case <-w.Ready():
			t.Error("ready before it runs")
		default:
		}
	}, func(t *testing.T, w *world) {
		<-w.Ready()
		w.is(t, who.Facts{User: "u1"}, fault.Unauthenticated)
		w.is(t, who.Facts{User: "u2", Position: 1}, fault.Unauthenticated)
		w.is(t, who.Facts{User: "u2", Position: 2}, "")
		if w.Position() != 2 {
			t.Errorf("at %d", w.Position())
		}
	})
}

func TestExpiry(t *testing.T) {
	in(t, nothing, func(t *testing.T, w *world) {
		f := who.Facts{User: "u1", Expires: time.Now().Add(time.Minute)}
		ctx, free := w.bind(t, f)
		defer free()
		time.Sleep(time.Minute - 1)
		w.is(t, f, "")
		<-ctx.Done()
		w.is(t, f, fault.Unauthenticated)
		if fault.From(context.Cause(ctx)).Code != "credentials.expired" {
			t.Errorf("ended because of %v", context.Cause(ctx))
		}
		again, free := w.bind(t, f)
		defer free()
		if again.Err() == nil {
			t.Error("an expired credential binds")
		}
	})
}

// A journal that says nothing and one that cannot be asked look alike to a
// tail; nobody is let in when it could be the second.
func TestSilenceLetsNobodyIn(t *testing.T) {
	in(t, nothing, func(t *testing.T, w *world) {
		f := who.Facts{User: "u1"}
		time.Sleep(time.Hour) // nothing happens, and that is known
		w.is(t, f, "")
		ctx, free := w.bind(t, f)
		defer free()
		w.store.Down(errors.New("no route"))
		time.Sleep(7 * time.Second)
		w.is(t, f, "")
		time.Sleep(5 * time.Second)
		w.is(t, f, fault.Unavailable)
		w.is(t, who.Facts{User: "u1", Expires: time.Now()}, fault.Unauthenticated) // that much is known
		if ctx.Err() != nil {
			t.Error("silence ends what is open")
		}
		w.mem.Append(t.Context(), authapi.UserTopic("u1"), 0, es.Commit{Command: "c", Events: []es.Event{{
			ID: "c.0", Type: "auth.user.disabled.v1", Source: "/auth", Subject: "user/u1", Time: time.Now(), Data: []byte(`{}`)}}})
		w.store.Down(nil)
		time.Sleep(5 * time.Second)
		w.is(t, f, fault.Unauthenticated)
		w.is(t, who.Facts{User: "u2"}, "")
		if ctx.Err() == nil {
			t.Error("what was missed does not end what is open")
		}
	})
}

// Without the auth service there is no beginning.
func TestNotReadyWithoutSnapshot(t *testing.T) {
	in(t, func(_ *testing.T, w *world) { w.say(authapi.Revocations{}, errors.New("starting")) },
		func(t *testing.T, w *world) {
			time.Sleep(time.Minute)
			w.is(t, who.Facts{User: "u1"}, fault.Unavailable)
			w.say(authapi.Revocations{}, nil)
			<-w.Ready()
			w.is(t, who.Facts{User: "u1"}, "")
		})
}

func TestUnreadableCommitLetsNobodyIn(t *testing.T) {
	in(t, nothing, func(t *testing.T, w *world) {
		f := who.Facts{User: "u1", Position: 5}
		w.is(t, f, "")
		at := w.append(t, authapi.UserTopic("u1"), "auth.user.disabled.v1", `[]`)
		w.is(t, f, fault.Unavailable)
		time.Sleep(time.Minute) // trying again changes nothing
		w.is(t, f, fault.Unavailable)
		w.say(authapi.Revocations{Position: at}, nil) // the service could read it
		time.Sleep(5 * time.Second)
		w.is(t, f, "")
	})
}

func TestGapTakesTheSnapshotAgain(t *testing.T) {
	in(t, func(t *testing.T, w *world) {
		for range 3 {
			w.append(t, authapi.UserTopic("u1"), "auth.user.disabled.v1", `{}`)
		}
		w.mem.Purge(4)
	}, func(t *testing.T, w *world) {
		w.is(t, who.Facts{User: "u2"}, fault.Unavailable) // position 0 is gone
		w.say(authapi.Revocations{Position: 3, List: []authapi.Revocation{{Fact: "user/u1", After: 2, Until: time.Now().Add(time.Hour)}}}, nil)
		<-w.Ready()
		w.is(t, who.Facts{User: "u1", Position: 2}, fault.Unauthenticated)
		w.is(t, who.Facts{User: "u1", Position: 3}, "")
	})
}

// Positions of one journal mean nothing in another.
func TestAnotherJournalBeginsAnew(t *testing.T) {
	in(t, nothing, func(t *testing.T, w *world) {
		for range 9 {
			w.append(t, authapi.UserTopic("u1"), "auth.user.disabled.v1", `{}`)
		}
		w.is(t, who.Facts{User: "u1", Position: 3}, fault.Unauthenticated)
		w.mem.Remake()
		time.Sleep(5 * time.Second)
		w.is(t, who.Facts{User: "u1", Position: 3}, "")
		w.append(t, authapi.UserTopic("u2"), "auth.user.disabled.v1", `{}`)
		w.is(t, who.Facts{User: "u2"}, fault.Unauthenticated)
	})
}

func TestRevocationsAreForgotten(t *testing.T) {
	in(t, nothing, func(t *testing.T, w *world) {
		f := who.Facts{User: "u1", JTI: "j1"}
		end := time.Now().Add(time.Minute).UTC().Format(time.RFC3339)
		w.append(t, authapi.TokenTopic("u1", "j1"), "auth.token.revoked.v1", `{"expires":"`+end+`"}`)
		time.Sleep(30 * time.Minute) // clocks may differ
		w.is(t, f, fault.Unauthenticated)
		time.Sleep(time.Hour)
		w.is(t, f, "")
	})
}

// What is remembered of a user's rights is forgotten when they may have
// changed; nobody waits for a clock.
func TestChangesOfRights(t *testing.T) {
	in(t, nothing, func(t *testing.T, w *world) {
		w.append(t, authapi.UserTopic("u1"), "auth.user.registered.v1", `{}`)
		f := func(user string, at uint64) who.Facts { return who.Facts{User: user, Position: at} }
		fresh := func(want bool, f who.Facts, when string) {
			t.Helper()
			if w.Fresh(f) != want {
				t.Errorf("%s: %+v is fresh: %v", when, f, !want)
			}
		}
		at := w.append(t, authapi.UserTopic("u1"), "auth.user.group_joined.v1", `{}`)
		fresh(false, f("u1", at-1), "another group")
		fresh(true, f("u1", at), "another group")
		fresh(true, f("u2", at-1), "another's group")
		w.append(t, authapi.GrantTopic("u2", "g1"), "auth.grant.begun.v1", `{}`)
		fresh(true, f("u2", at), "something else")
		for _, topic := range []string{authapi.GroupTopic("g1"), authapi.RoleTopic("r1")} {
			at = w.append(t, topic, "auth.role.changed.v1", `{}`)
			fresh(false, f("u2", at-1), topic)
			fresh(true, f("u2", at), topic)
		}
		w.mem.Remake()
		w.say(authapi.Revocations{Position: at + 1}, nil)
		time.Sleep(5 * time.Second)
		fresh(false, f("u2", at), "another journal")
	})
}
