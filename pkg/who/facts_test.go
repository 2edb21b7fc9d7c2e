package who_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

func TestFactsHaveNames(t *testing.T) {
	t.Parallel()
	all := who.Facts{User: "u1", Client: "c1", Grant: "g1", Key: "k1", APIKey: "a1", JTI: "t1"}
	want := []string{"user/u1", "client/c1", "grant/g1", "key/k1", "apikey/a1", "token/t1"}
	if got := all.Names(); !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	lent := who.Facts{Group: "users", VO: "cms", Borrows: true}
	for _, c := range []struct {
		f    who.Facts
		want []string
	}{
		{lent, []string{"group/users", "vo/cms"}},
		{who.Facts{Group: "users", Borrows: true}, []string{"group/users", "vo/"}},
		{who.Facts{Group: "users", VO: "cms"}, []string{"group/users"}},
	} {
		if got := c.f.Names(); !slices.Equal(got, c.want) {
			t.Errorf("%+v: %v", c.f, got)
		}
	}
	if got := (who.Facts{Position: 7, CertSHA256: "x"}).Names(); len(got) != 0 {
		t.Errorf("nothing is named %v", got)
	}
}

func TestFactsOfWhoActsInAGroup(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scopes []string
		want   who.Facts
	}{
		{nil, who.Facts{User: "u1", Group: "users"}},
		{[]string{"api", "properties:x"}, who.Facts{User: "u1", Group: "users"}},
		{[]string{"api", "property:Operator"}, who.Facts{User: "u1", Group: "users", VO: "cms", Borrows: true}},
	} {
		p := who.Principal{ID: "u1", Group: "users", VO: "cms", Scopes: c.scopes}
		if got := (who.Facts{User: "u1"}).Acting(p); got != c.want {
			t.Errorf("%v: %+v", c.scopes, got)
		}
	}
}

func TestFactsTravel(t *testing.T) {
	t.Parallel()
	for _, f := range []who.Facts{{}, {User: "u1", Client: "c1", Grant: "g1", Key: "k1", APIKey: "a1", JTI: "t1", Group: "users", VO: "cms", Borrows: true,
		Position: 1 << 53, Expires: time.Unix(1_800_000_000, 0).UTC(), CertSHA256: "x"}} {
		b, err := json.Marshal(f)
		var back who.Facts
		if err == nil {
			err = json.Unmarshal(b, &back)
		}
		if err != nil || !reflect.DeepEqual(back, f) {
			t.Errorf("%s came back as %+v, %v", b, back, err)
		}
	}
}

// TestNoScopesIsNotNoLimit: a credential that may do nothing must not arrive
// as one that may do everything.
func TestNoScopesIsNotNoLimit(t *testing.T) {
	t.Parallel()
	for _, scopes := range [][]string{nil, {}, {"api"}} {
		b, err := json.Marshal(who.Principal{ID: "u1", Scopes: scopes})
		var back who.Principal
		if err == nil {
			err = json.Unmarshal(b, &back)
		}
		if err != nil || (back.Scopes == nil) != (scopes == nil) || len(back.Scopes) != len(scopes) {
			t.Errorf("%#v came back as %#v, %v", scopes, back.Scopes, err)
		}
	}
}

func TestInPerson(t *testing.T) {
	t.Parallel()
	for _, method := range []string{who.MethodPassword, who.MethodCertificate, who.MethodUpstream, who.MethodSession} {
		if !(who.Principal{ID: "u1", Method: method}).InPerson() {
			t.Errorf("%s is in person", method)
		}
	}
	for _, p := range []who.Principal{
		{},
		{Method: who.MethodPassword},
		{ID: "u1"},
		{ID: "u1", Method: who.MethodToken},
		{ID: "u1", Method: who.MethodAPIKey},
		{ID: "u1", Method: who.MethodSession, Client: "c1"},
		{ID: "u1", Method: who.MethodSession, Scopes: []string{"api"}},
		who.Component("runner"),
	} {
		if p.InPerson() {
			t.Errorf("%+v is not in person", p)
		}
	}
}
