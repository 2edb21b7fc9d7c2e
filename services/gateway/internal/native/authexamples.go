package native

import (
	"encoding/json"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// The examples of the routes about accounts and rights.
var (
	exampleJWK     = json.RawMessage(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`)
	exampleAccount = authapi.Account{
		User: authapi.User{ID: "0f3k9m2p1qs", Name: "alice", Groups: []string{"users"}, Since: exampleTime}, Version: 42,
		RealName: "Alice Liddell", Email: "alice@example.org", Certificates: []string{"/C=DE/O=GridGermany/CN=Alice"},
		Keys: []authapi.UserKey{{ID: "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", JWK: exampleJWK, Comment: "laptop"}},
	}
	exampleMe = Me{
		Principal: who.Principal{ID: "0f3k9m2p1qs", Name: "alice", Group: "users", Groups: []string{"users"}, Method: "token"},
		Account:   &exampleAccount,
	}
	exampleKey = authapi.APIKey{ID: "0f3k9m2p1qt", User: "0f3k9m2p1qs", Name: "nightly report", Scopes: []string{"api:read"},
		Created: exampleTime, Expires: exampleTime.Add(30 * 24 * time.Hour)}
	exampleGrant = authapi.Grant{ID: "0f3k9m2p1qv", User: "0f3k9m2p1qs", Client: authapi.ClientCard{ID: "report", Name: "Report"},
		Group: "users", Scopes: []string{"openid", "api:read"}, Begun: exampleTime, Expires: exampleTime.Add(30 * 24 * time.Hour)}
	exampleGroup = Group{Lifetime: 86400, Group: authapi.Group{ID: "0f3k9m2p1qw", Version: 7, Name: "users",
		Properties: []string{"NormalUser"}, VO: "cms"}}
	exampleRole = authapi.Role{ID: "0f3k9m2p1qx", Version: 9, Name: "standard_user", RealName: "Standard user",
		Perms: []string{"api://core4.api.v1.request.standard/r"}, Active: true, Created: exampleTime, Updated: exampleTime}
	exampleClient = authapi.Registration{ID: "report", Version: 11, Name: "Report", Method: "client_secret_basic",
		Redirects: []string{"https://report.example.org/callback"}, Grants: []string{"authorization_code", "refresh_token"}, Created: exampleTime}
	exampleSigningKey = authapi.SigningKey{ID: "20261121a", Use: "access", Alg: "EdDSA", Announced: exampleTime, Activated: exampleTime.Add(time.Hour)}
	exampleEntry      = authapi.AuditEntry{Position: 42, Time: exampleTime, Actor: "admin", Credential: "grant/0f3k9m2p1qv of heddle-cli",
		Type: "auth.user.role_given.v1", Subject: "user/alice", Text: "alice has the role operator."}
)
