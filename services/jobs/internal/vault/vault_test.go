package vault_test

import (
	"bytes"
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/jobs/internal/vault"
)

func open(t *testing.T, s *natstest.Server) *vault.Vault {
	t.Helper()
	v, err := vault.Open(t.Context(), s.Conn(t), 0)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

var (
	one = vault.Secrets{"import-0": {Username: "u", Password: "hush"}, "b": {Bearer: "t"}}
	two = vault.Secrets{"import-0": {Token: "x"}}
)

func TestSecretsStayUntilTheyAreForgotten(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	v, job := open(t, s), id.ID(4711)
	if got, err := v.Secrets(t.Context(), job); got != nil || err != nil {
		t.Fatalf("at first: %v, %v", got, err)
	}
	for i, want := range []bool{true, false} {
		if kept, err := v.Keep(t.Context(), job, []vault.Secrets{one, two}[i]); kept != want || err != nil {
			t.Fatal(kept, err)
		}
	}
	s.Restart(t)
	v = open(t, s)
	if got, err := v.Secrets(t.Context(), job); !reflect.DeepEqual(got, one) || err != nil {
		t.Errorf("after a restart: %v, %v", got, err)
	}
	if at, err := v.Since(t.Context(), job); time.Since(at) > time.Minute || err != nil {
		t.Errorf("since %v, %v", at, err)
	}
	if jobs, err := v.Jobs(t.Context()); !reflect.DeepEqual(jobs, []id.ID{job}) || err != nil {
		t.Errorf("of %v, %v", jobs, err)
	}
	if err := v.Replace(t.Context(), job, two); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Secrets(t.Context(), job); !reflect.DeepEqual(got, two) || err != nil {
		t.Errorf("replaced: %v, %v", got, err)
	}
	for range 2 {
		if err := v.Forget(t.Context(), job); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := v.Secrets(t.Context(), job); got != nil || err != nil {
		t.Errorf("in the end: %v, %v", got, err)
	}
	if kept, err := v.Keep(t.Context(), job, one); !kept || err != nil {
		t.Error("what was forgotten cannot be kept again", err)
	}
	if err := v.Forget(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	if err := v.Tidy(t.Context()); err != nil {
		t.Error(err)
	}
	if n := messages(t, s); n > 1 {
		t.Errorf("%d messages are left", n)
	}
}

// messages are those that the vault's stream holds: of what is forgotten, at
// most the mark that says so.
func messages(t *testing.T, s *natstest.Server) uint64 {
	t.Helper()
	js, err := jetstream.New(s.Conn(t))
	if err != nil {
		t.Fatal(err)
	}
	st, err := js.Stream(context.WithoutCancel(t.Context()), "KV_"+vault.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	return st.CachedInfo().State.Msgs
}

// TestAnEntryIsSealed: it says nothing, and is of no use for another job.
func TestAnEntryIsSealed(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	v := open(t, s)
	if _, err := v.Keep(t.Context(), 1, one); err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(s.Conn(t))
	if err != nil {
		t.Fatal(err)
	}
	kv, err := js.KeyValue(t.Context(), vault.Bucket)
	if err != nil {
		t.Fatal(err)
	}
	e, err := kv.Get(t.Context(), id.ID(1).String())
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(e.Value(), []byte("hush")) || bytes.Contains(e.Value(), []byte("import-0")) {
		t.Errorf("the entry is %q", e.Value())
	}
	if _, err := kv.Put(t.Context(), id.ID(2).String(), e.Value()); err != nil {
		t.Fatal(err)
	}
	if got, err := v.Secrets(t.Context(), 2); err == nil {
		t.Errorf("another job has %v", got)
	}
	if got, err := open(t, s).Secrets(t.Context(), 1); err != nil || !reflect.DeepEqual(got, one) {
		t.Errorf("another replica reads %v, %v", got, err)
	}
}
