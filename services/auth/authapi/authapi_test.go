package authapi_test

import (
	"regexp"
	"testing"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func TestTopics(t *testing.T) {
	t.Parallel()
	syntax := regexp.MustCompile(`^evt\.auth\.[a-z]+\.[a-z0-9_-]+\.[a-z0-9_-]+$`)
	for got, want := range map[string]string{
		authapi.UserTopic("u1"):   "evt.auth.user.u1.u1",
		authapi.GroupTopic("g1"):  "evt.auth.group.-.g1",
		authapi.ClientTopic("c1"): "evt.auth.client.-.c1",
		authapi.KeyTopic("00ff"):  "evt.auth.key.-.00ff",

		authapi.RoleTopic("r1"):         "evt.auth.role.-.r1",
		authapi.GrantTopic("u1", "g1"):  "evt.auth.grant.u1.g1",
		authapi.TokenTopic("u1", "t1"):  "evt.auth.token.u1.t1",
		authapi.APIKeyTopic("u1", "k1"): "evt.auth.apikey.u1.k1",
	} {
		if got != want || !syntax.MatchString(got) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestEndpointsAreClosed: everything but what proves an identity is the
// operators'.
func TestEndpointsAreClosed(t *testing.T) {
	t.Parallel()
	public := map[string]bool{"cmd.auth.session.login": true, "qry.auth.session.verify": true, "qry.auth.key.list": true}
	syntax := regexp.MustCompile(`^(cmd|qry)\.auth\.[a-z]+\.[a-z]+$`)
	seen := map[string]bool{}
	for _, e := range authapi.Endpoints((*authapi.Client)(nil), (*authapi.Client)(nil)) {
		want := "role:" + who.RoleOperator
		if public[e.Subject] {
			want = who.Public.Name
		}
		if e.Access.Name != want || !e.Access.Valid() || seen[e.Subject] || !syntax.MatchString(e.Subject) {
			t.Errorf("%s is for %q", e.Subject, e.Access.Name)
		}
		seen[e.Subject] = true
	}
	if len(seen) != 9 {
		t.Errorf("%d endpoints", len(seen))
	}
}
