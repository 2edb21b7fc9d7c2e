package app_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

func TestAnAccessListOpensAJob(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	j := w.submit(r, "alice", work)
	bob := who.Principal{ID: "u-bob", Name: "bob", Group: "users", Groups: []string{"users", "physics"}, DN: "/CN=Bob", VO: "vo"}
	ctx := who.With(t.Context(), bob)
	for list, can := range map[string]struct{ read, act bool }{
		"": {}, "read:UID:bob": {true, false}, "write:UID:bob": {true, true}, "modify:GROUP:physics": {true, true}, "read:DN:/CN=Bob": {true, false},
		"read:VO:vo": {true, false}, "read:ROLE:user": {true, false}, "write:ROLE:user": {true, true}, "write:ROLE:admin": {}, "read:UID:alice": {}, "write:GROUP:chemistry": {}, "read:VO:other": {},
	} {
		acl := []string{list}
		if list == "" {
			acl = nil
		}
		if _, err := r.Change(as(t.Context(), "alice"), jobsapi.ChangeRequest{ID: j.ID, ACL: &acl}); err != nil {
			t.Fatal(err)
		}
		if _, err := r.Get(ctx, jobsapi.GetRequest{ID: j.ID}); (err == nil) != can.read || err != nil && !fault.Is(err, fault.Denied) {
			t.Errorf("%q: reading gives %v", list, err)
		}
		if _, err := r.Start(ctx, jobsapi.ActRequest{ID: j.ID}); (err == nil) != can.act || err != nil && !fault.Is(err, fault.Denied) {
			t.Errorf("%q: acting gives %v", list, err)
		}
		if _, err := r.Change(ctx, jobsapi.ChangeRequest{ID: j.ID, ACL: &[]string{"modify:UID:bob"}}); !fault.Is(err, fault.Denied) {
			t.Errorf("%q: sharing gives %v", list, err)
		}
	}
}

// A list that could mean nobody is refused, rather than kept as if it meant
// somebody.
func TestAnAccessListMustMeanSomebody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	j := w.submit(r, "alice", work)
	for _, wrong := range []string{"bob", "read:bob", "see:UID:bob", "read:FOO:bob", "read:UID:", "read:DN:CN=Bob,O=Grid", "read:DN:/Bob", "read:ROLE:operator", "read:ROLE:chef"} {
		_, err := r.Change(as(t.Context(), "alice"), jobsapi.ChangeRequest{ID: j.ID, ACL: &[]string{"read:UID:x", wrong}})
		if f := fault.From(err); !fault.Is(err, fault.Invalid) || len(f.Fields) != 1 || f.Fields[0].Name != "acl[1]" {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// A role means people: neither a component of the platform nor nobody.
func TestARoleMeansPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.replica()
	j := w.submit(r, "alice", work)
	if _, err := r.Change(as(t.Context(), "alice"), jobsapi.ChangeRequest{ID: j.ID, ACL: &[]string{"modify:ROLE:user"}}); err != nil {
		t.Fatal(err)
	}
	for _, p := range []who.Principal{{}, who.Component("runner")} {
		if _, err := r.Get(who.With(t.Context(), p), jobsapi.GetRequest{ID: j.ID}); !fault.Is(err, fault.Denied) {
			t.Errorf("%q: %v", p.ID, err)
		}
	}
}
