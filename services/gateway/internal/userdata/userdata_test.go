package userdata_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/gateway/internal/userdata"
)

func open(t *testing.T, server *natstest.Server) *userdata.Store {
	t.Helper()
	s, err := userdata.New(server.Conn(t), userdata.Users, 0)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestValuesAreReplacedByWhoSawThem(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	s, other := open(t, server), open(t, server)
	ctx := t.Context()
	if v, version, err := s.Get(ctx, "u1", "setting"); v != nil || version != 0 || err != nil {
		t.Fatalf("%s %d %v", v, version, err)
	}
	if err := s.Put(ctx, "u1", "setting", []byte("a"), 0); err != nil {
		t.Fatal(err)
	}
	v, version, err := other.Get(ctx, "u1", "setting")
	if string(v) != "a" || err != nil {
		t.Fatalf("%s %v", v, err)
	}
	if v, _, _ := s.Get(ctx, "u2", "setting"); v != nil {
		t.Error("it is another user's, too")
	}
	documents, err := userdata.New(server.Conn(t), userdata.Documents, 0)
	if err != nil {
		t.Fatal(err)
	}
	if v, _, err := documents.Get(ctx, "u1", "setting"); v != nil || err != nil {
		t.Errorf("it is in the other bucket, too: %s %v", v, err)
	}
	if err := other.Put(ctx, "u1", "setting", []byte("b"), version); err != nil {
		t.Fatal(err)
	}
	for _, late := range []uint64{0, version} {
		for _, v := range [][]byte{[]byte("c"), nil} {
			if err := s.Put(ctx, "u1", "setting", v, late); !fault.Is(err, fault.Conflict) && (late != 0 || v != nil) {
				t.Errorf("over what was not seen: %v", err)
			}
		}
	}
	_, version, _ = s.Get(ctx, "u1", "setting")
	if err := s.Put(ctx, "u1", "setting", nil, version); err != nil {
		t.Fatal(err)
	}
	if v, version, err := other.Get(ctx, "u1", "setting"); v != nil || version != 0 || err != nil {
		t.Errorf("removed: %s %d %v", v, version, err)
	}
	if err := s.Put(ctx, "u1", "setting", []byte("d"), 0); err != nil {
		t.Errorf("after it was removed: %v", err)
	}
	if err := s.Put(ctx, "u1", "avatar", make([]byte, userdata.MaxValue+1), 0); !fault.Is(err, fault.Unavailable) {
		t.Errorf("too much: %v", err)
	}
}

func TestWithoutNATS(t *testing.T) {
	t.Parallel()
	server := natstest.Start(t)
	s := open(t, server)
	server.Stop()
	if _, _, err := s.Get(t.Context(), "u1", "setting"); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
	if err := s.Put(t.Context(), "u1", "setting", []byte("a"), 0); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}
