package gateway_test

import (
	"testing"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// TestANarrowedGroupEndsItsTokens, at whichever gateway, also those of other
// groups that borrow a property from it; all others stay.
func TestANarrowedGroupEndsItsTokens(t *testing.T) {
	t.Parallel()
	g := startGrid(t)
	jane := certify(t, person("Jane"), g.authority)
	g.edit(t, "admin", authapi.Edit{Do: authapi.AddCertificate, Value: "/O=Grid/CN=Jane"}, authapi.Edit{Do: authapi.JoinGroup, Value: "dirac_user"})
	token := func(group, more string) string {
		return g.over(t, jane).send("GET", "/oauth2/token?grant_type=client_credentials&setup=Production&group="+group+more, "").tokens(t).AccessToken
	}
	const borrow = "&scope=property:ServiceAdministrator"
	gateways := []*client{g.client.as("", ""), newClient(t, g.gateway, "", "")}
	own, borrowed := token("dirac_admin", ""), token("dirac_user", borrow)
	others := []string{token("users", ""), token("dirac_user", "")}
	session := sessionHeader + ": " + gateways[1].send("GET", unicoreJobs, "", "Authorization: Bearer "+borrowed).Header.Get(sessionHeader)
	admin := g.client.as("admin", "hans")
	change := func(properties string) {
		t.Helper()
		admin.ok(nil, "PATCH", "/api/v1/admin/groups/dirac_admin", `{"properties":[`+properties+`]}`, "Content-Type: application/json")
	}
	change(`"JobAdministrator","NormalUser","ServiceAdministrator","Operator"`) // more than before
	gateways[1].ok(nil, "GET", unicoreJobs, "", session)
	for _, at := range gateways {
		for _, one := range append(others, own, borrowed) {
			at.tokenWorks(one, 200)
		}
	}
	change(`"JobAdministrator","NormalUser","Operator"`)
	for _, at := range gateways {
		at.tokenEnds(own)
		at.tokenEnds(borrowed)
		for _, one := range append(others, token("dirac_admin", "")) {
			at.tokenWorks(one, 200)
		}
	}
	if a := gateways[1].send("GET", unicoreJobs, "", session); a.StatusCode != 432 && a.StatusCode != 401 {
		t.Errorf("the session of a token that has ended: %d %s", a.StatusCode, a.body)
	}
	if a := g.over(t, jane).send("GET", "/oauth2/token?grant_type=client_credentials&setup=Production&group=dirac_user"+borrow, ""); a.StatusCode != 403 && a.StatusCode != 401 {
		t.Errorf("nobody can lend it any more: %d %s", a.StatusCode, a.body)
	}
}
