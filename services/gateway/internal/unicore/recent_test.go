package unicore

import (
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
)

func TestOneSessionForManyLogins(t *testing.T) {
	t.Parallel()
	var r recent
	now := time.Unix(1000, 0)
	p := authapi.Resolved{Principal: who.Principal{ID: "u1", Name: "alice", Groups: []string{"users"}}, Facts: who.Facts{User: "u1", Position: 7}}
	if _, ok := r.find(p, now); ok {
		t.Fatal("found a session that nobody was given")
	}
	r.keep(p, session.Ticket{ID: "s1", Lifetime: 8 * time.Hour}, now)
	if got, ok := r.find(p, now.Add(time.Hour)); !ok || got.ID != "s1" || got.Lifetime != 7*time.Hour {
		t.Errorf("an hour later: %+v, %v", got, ok)
	}
	if _, ok := r.find(p, now.Add(5*time.Hour)); ok {
		t.Error("a session past half of its life was given again")
	}
	later := p
	later.Facts.Position = 9
	if _, ok := r.find(later, now); !ok {
		t.Error("the same password, looked at again, needs a session of its own")
	}
	other := p
	other.Facts.Grant = "g1"
	if _, ok := r.find(other, now); ok {
		t.Error("another credential was given the old session")
	}
	changed := p
	changed.Principal.Groups = []string{"users", "physics"}
	if _, ok := r.find(changed, now); ok {
		t.Error("a user with other rights was given the old session")
	}
	r.forget("s1")
	if _, ok := r.find(p, now); ok {
		t.Error("a session that is over was given again")
	}
	for i := range maxRecent + 1 {
		r.keep(authapi.Resolved{Principal: who.Principal{ID: string(rune(i))}}, session.Ticket{ID: "x"}, now)
	}
	if len(r.users) > maxRecent {
		t.Errorf("%d users are remembered", len(r.users))
	}
}
