package authapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/auth/internal/apikey"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/grant"
	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/revokedtoken"
	"github.com/heddle-dev/heddle/services/auth/internal/role"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

var update = flag.Bool("update", false, "add the frozen forms of new events (those that exist are never changed)")

// sample is an event with every field set, as its domain reads and writes it.
type sample struct {
	event  any
	encode func() (string, any)
	decode func(string, json.RawMessage) (any, bool, error)
}

// of makes the samples of a domain.
func of[E es.Typed](events []E) func(E) sample {
	codec := es.NewCodec(events)
	return func(e E) sample {
		return sample{e, func() (string, any) { return codec.Encode(e) },
			func(typ string, data json.RawMessage) (any, bool, error) { return codec.Decode(typ, data) }}
	}
}

func samples() []sample {
	userOf := of(user.Events())
	grantOf := of(grant.Events())
	apikeyOf := of(apikey.Events())
	clientOf := of(client.Events())
	roleOf := of(role.Events())
	groupOf := of(group.Events())
	keyOf := of(key.Events())
	tokenOf := of(revokedtoken.Events())
	at := time.Date(2026, 12, 21, 12, 0, 0, 0, time.UTC)
	reader := role.Role{ID: "0f3k2m9qxyc", Name: "reader", RealName: "Reader", Perms: []string{"api://core4.*/r"}, Parents: []string{"base"}, Active: true}
	return []sample{
		userOf(user.Registered{ID: "0f3k2m9qxya", Name: "alice", Credential: "4kq2", Groups: []string{"users"}, Roles: []user.Role{user.Operator}}),
		userOf(user.GroupJoined{Group: "users"}),
		userOf(user.PasswordChanged{Credential: "9zt7"}),
		userOf(user.Disabled{}),
		userOf(user.Enabled{}),
		userOf(user.GroupLeft{Group: "users"}),
		userOf(user.DefaultGroupSet{Group: "users"}),
		userOf(user.RoleGiven{Role: user.Operator}),
		userOf(user.RoleTaken{Role: user.Operator}),
		userOf(user.Core4Changed{Perms: []string{"api://core4.*/r"}, RoleNames: []string{"reader"}}),
		userOf(user.ProfileChanged{RealName: "Alice", Email: "alice@example.org"}),
		userOf(user.CertificateAdded{DN: "/O=Org/CN=Alice"}),
		userOf(user.CertificateRemoved{DN: "/O=Org/CN=Alice"}),
		userOf(user.LoginAdded{UID: "alice"}),
		userOf(user.LoginRemoved{UID: "alice"}),
		userOf(user.KeyAdded{ID: "00ff", JWK: json.RawMessage(`{"kty":"OKP","crv":"Ed25519","x":"AQ"}`), Comment: "laptop"}),
		userOf(user.KeyRemoved{ID: "00ff"}),
		userOf(user.Linked{Provider: "egi", Subject: "0815@egi.eu"}),
		userOf(user.Unlinked{Provider: "egi", Subject: "0815@egi.eu"}),
		userOf(user.Suspended{VO: "cms"}),
		userOf(user.Resumed{VO: "cms"}),
		userOf(user.SignedIn{Method: "upstream", Provider: "egi"}),
		userOf(user.SessionsEnded{}),
		groupOf(group.Created{ID: "0f3k2m9qxyb", Name: "users"}),
		groupOf(group.Changed{Rights: group.Rights{Properties: []string{"NormalUser"}, VO: "cms", Setups: []string{"Production"},
			IdPRoles: []string{"vo.cms"}, Lifetime: 86400}}),
		clientOf(client.Registered{ID: "demo-client", Details: client.Details{Name: "Demo client", Public: true,
			Redirects: []client.Redirect{"http://127.0.0.1:9999/callback"}, Grants: []client.Grant{client.AuthorizationCode}}}),
		clientOf(client.Changed{ID: "demo-client", Secret: "4kq2", Narrowed: true, Details: client.Details{Name: "Demo client",
			Redirects: []client.Redirect{"https://demo.example.org/callback"}, Grants: []client.Grant{client.AuthorizationCode, client.ClientCredentials},
			Method: client.Basic, URL: "https://demo.example.org/", Icon: "https://demo.example.org/icon.png",
			PostLogout: []client.Redirect{"https://demo.example.org/"}, Scopes: []string{"api"}, Keys: json.RawMessage(`{"keys":[]}`),
			TLSSubject: "/O=Org/CN=demo", Bound: true, IDTokenAlg: "RS256", Native: true, Trusted: true, Resource: true, RunAs: "0f3k2m9qxya"}}),
		clientOf(client.SecretRotated{ID: "demo-client", Secret: "9zt7", OldUntil: at}),
		clientOf(client.Removed{ID: "demo-client"}),
		grantOf(grant.Begun{ID: "0f3k2m9qxyd", User: "0f3k2m9qxya", Client: "demo-client", Group: "users", Setup: "Production",
			Scopes: []string{"api"}, Thumb: "bwcK", AuthTime: at, Expires: at, Offline: true}),
		grantOf(grant.Refreshed{Generation: 2}),
		grantOf(grant.Revoked{Reason: grant.ByReuse}),
		apikeyOf(apikey.Created{ID: "0f3k2m9qxye", User: "0f3k2m9qxya", Name: "laptop", Group: "users", Scopes: []string{"api:read"}, Expires: at}),
		apikeyOf(apikey.Used{At: at}),
		apikeyOf(apikey.Revoked{}),
		roleOf(role.Created(reader)),
		roleOf(role.Changed(reader)),
		roleOf(role.Removed{}),
		keyOf(key.Announced{ID: "00ff", JWK: json.RawMessage(`{"kty":"OKP","crv":"Ed25519","x":"AQ"}`)}),
		keyOf(key.Activated{}),
		keyOf(key.Retired{Compromised: true}),
		tokenOf(revokedtoken.Revoked{Expires: at}),
	}
}

func path(eventType string) string { return filepath.Join("testdata", "events", eventType+".json") }

// TestEventsAreFrozen: what was once written is read for ever, so an event's
// form never changes under its version.
func TestEventsAreFrozen(t *testing.T) {
	t.Parallel()
	for _, s := range samples() {
		typ, payload := s.encode()
		now, err := json.Marshal(payload)
		if err != nil {
			t.Fatal(err)
		}
		frozen, err := os.ReadFile(path(typ))
		if os.IsNotExist(err) && *update {
			frozen = append(now, '\n')
			err = os.WriteFile(path(typ), frozen, 0o644)
		}
		if err != nil {
			t.Errorf("%s has no frozen form (go test -update adds it): %v", typ, err)
			continue
		}
		if !bytes.Equal(bytes.TrimSpace(frozen), now) {
			t.Errorf("%s has changed; give it a new version\nfrozen: %s now:    %s", typ, frozen, now)
		}
		if back, ok, err := s.decode(typ, frozen); err != nil || !ok || !reflect.DeepEqual(back, s.event) {
			t.Errorf("%s is read as %+v, %v, %v", typ, back, ok, err)
		}
	}
}

// TestEveryEventIsFrozen reads the event types out of the domains' sources, so
// that nobody has to remember to add a sample.
func TestEveryEventIsFrozen(t *testing.T) {
	t.Parallel()
	var sampled []string
	for _, s := range samples() {
		typ, _ := s.encode()
		sampled = append(sampled, typ)
	}
	written := eventTypes(t)
	slices.Sort(sampled)
	slices.Sort(written)
	if !slices.Equal(sampled, written) {
		t.Errorf("sampled %v\nwritten %v", sampled, written)
	}
	files, err := filepath.Glob(path("*"))
	if err != nil || len(files) < len(written) {
		t.Errorf("%d frozen forms for %d events, %v", len(files), len(written), err)
	}
}

func eventTypes(t *testing.T) []string {
	t.Helper()
	sources, err := filepath.Glob("../internal/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	syntax := regexp.MustCompile(`^auth\.[a-z]+\.[a-z0-9_]+\.v[0-9]+$`)
	var types []string
	for _, source := range sources {
		if strings.HasSuffix(source, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), source, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, _ := strconv.Unquote(lit.Value); syntax.MatchString(text) {
					types = append(types, text)
				}
			}
			return true
		})
	}
	return types
}
