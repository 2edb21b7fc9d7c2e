package archtest

import (
	"regexp"
	"slices"
	"testing"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// exceptions are the endpoints that ask for something else than a user who is
// signed in. Whoever adds one adds it here, on purpose.
var exceptions = map[string][]string{
	"public": {"cmd.auth.session.login", "qry.auth.key.list",
		"cmd.auth.credential.password", "cmd.auth.credential.certificate", "cmd.auth.credential.token",
		"cmd.auth.federation.start", "cmd.auth.federation.finish", "qry.auth.federation.list",
		"cmd.auth.oauth.authorize", "qry.auth.oauth.pending", "cmd.auth.oauth.fail", "cmd.auth.oauth.exchange", "cmd.auth.device.start",
		"qry.auth.oauth.introspect", "cmd.auth.oauth.revoke", "qry.auth.oauth.logout",
		"cmd.auth.reset.request", "cmd.auth.reset.finish",
		"cmd.gateway.app.join"},
	"service": {"cmd.auth.core4.issue", "cmd.auth.standing.site", "qry.auth.standing.revocations",
		"cmd.jobs.job.note", "cmd.jobs.runner.beat", "cmd.jobs.runner.offer", "cmd.jobs.runner.register", "cmd.jobs.runner.report"},
	"role:operator": {"cmd.auth.group.create", "cmd.auth.group.join", "cmd.auth.user.disable", "cmd.auth.user.enable", "cmd.auth.user.password", "cmd.auth.user.register", "qry.auth.user.list", "qry.jobs.runner.slots",
		"qry.auth.account.get", "qry.auth.account.list", "cmd.auth.account.change", "qry.auth.group.list", "cmd.auth.group.put",
		"cmd.auth.registration.secret",
		"qry.auth.key.signing", "cmd.auth.key.rotate"},
}

// grammar is that of ADR 3.
var grammar = regexp.MustCompile(`^(cmd|qry)\.(auth|jobs|files|gateway)(\.[a-z0-9_-]+){2}$`)

func TestEveryEndpointHasItsAccessRule(t *testing.T) {
	t.Parallel()
	var all []natsrpc.Endpoint
	all = append(all, authapi.Endpoints((*authapi.Client)(nil), (*authapi.Client)(nil))...)
	all = append(all, authapi.CredentialsEndpoints((*authapi.CredentialsRPC)(nil))...)
	all = append(all, authapi.OAuthEndpoints((*authapi.OAuthRPC)(nil))...)
	all = append(all, authapi.StandingEndpoints((*authapi.StandingRPC)(nil))...)
	all = append(all, authapi.FederationEndpoints((*authapi.FederationRPC)(nil))...)
	all = append(all, authapi.Core4Endpoints((*authapi.Core4RPC)(nil))...)
	all = append(all, authapi.APIKeysEndpoints((*authapi.APIKeysRPC)(nil))...)
	all = append(all, authapi.GrantsEndpoints((*authapi.GrantsRPC)(nil))...)
	all = append(all, authapi.AuditEndpoints((*authapi.AuditRPC)(nil))...)
	all = append(all, authapi.ProfilesEndpoints((*authapi.ProfilesRPC)(nil))...)
	all = append(all, authapi.AdminEndpoints((*authapi.AdminRPC)(nil))...)
	all = append(all, jobsapi.Endpoints((*jobsapi.Client)(nil), (*jobsapi.Client)(nil))...)
	all = append(all, jobsapi.NoteEndpoint(struct{ jobsapi.Notes }{}))
	all = append(all, filesapi.Endpoints((*filesapi.Client)(nil))...)
	all = append(all, gateway.Endpoints()...)
	found := map[string][]string{}
	for _, e := range all {
		if !e.Access.Valid() || !grammar.MatchString(e.Subject) {
			t.Errorf("%q has the rule %q", e.Subject, e.Access.Name)
		}
		if slices.Contains(found[e.Access.Name], e.Subject) {
			t.Errorf("%s is there twice", e.Subject)
		}
		found[e.Access.Name] = append(found[e.Access.Name], e.Subject)
	}
	authenticated := len(found["authenticated"])
	delete(found, "authenticated")
	for rule, subjects := range found {
		slices.Sort(subjects)
		want := slices.Sorted(slices.Values(exceptions[rule]))
		if !slices.Equal(subjects, want) {
			t.Errorf("%s:\n got %v\nwant %v", rule, subjects, want)
		}
	}
	if authenticated == 0 || len(found) != len(exceptions) {
		t.Errorf("%d endpoints for users, other rules %v", authenticated, found)
	}
}
