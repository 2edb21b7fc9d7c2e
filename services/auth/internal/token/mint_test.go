package token_test

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
	"github.com/heddle-dev/heddle/services/auth/internal/token/compact"
)

// full are claims with a value everywhere.
func full(m *mint) oauth.AccessClaims {
	return oauth.AccessClaims{
		Principal: who.Principal{
			ID: "u1", Name: "alice", Group: "users", Groups: []string{"users", "admins"}, Roles: []string{who.RoleOperator},
			Client: "c1", Scopes: []string{"api", "openid"}, DN: "/O=Grid/CN=Alice", Setup: "Prod", VO: "vo1", Properties: []string{"NormalUser"},
			Limited: true,
		},
		Facts: who.Facts{User: "u1", Client: "c1", Grant: "g1", Position: 1<<53 + 1, CertSHA256: "thumb",
			Expires: m.now.Add(time.Hour).Truncate(time.Second)},
		Audience: []string{"https://api.test"}, VO: "vo1", AuthTime: m.now.Add(-time.Minute).Truncate(time.Second),
	}
}

func TestAccessTokenSaysWhatItWasMadeOf(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	for name, change := range map[string]func(*oauth.AccessClaims){
		"everything": func(*oauth.AccessClaims) {},
		"no limit":   func(c *oauth.AccessClaims) { c.Principal.Scopes = nil },
		"no rights":  func(c *oauth.AccessClaims) { c.Principal.Scopes = []string{} },
		"nobody there": func(c *oauth.AccessClaims) {
			c.AuthTime, c.Facts.Grant, c.Facts.CertSHA256, c.Audience = time.Time{}, "", "", nil
		},
	} {
		c := full(m)
		change(&c)
		jwt, err := m.Access(c)
		if err != nil {
			t.Fatal(name, err)
		}
		got, err := m.OpenAccess(jwt)
		if err != nil {
			t.Fatal(name, err)
		}
		c.Principal.Method, c.Issued, c.Facts.Key, c.Facts.JTI = who.MethodToken, m.now.Truncate(time.Second), m.access.ID, got.Facts.JTI
		c.Principal.Credential, c.Facts.Group = c.Facts.Credential(), "users"
		if !reflect.DeepEqual(got, c) || got.Facts.JTI == "" {
			t.Errorf("%s:\n%+v, want\n%+v", name, got, c)
		}
	}
	lent := full(m)
	lent.Principal.Scopes = []string{"api", "property:Operator"}
	jwt, _ := m.Access(lent)
	if got, err := m.OpenAccess(jwt); err != nil || !got.Facts.Borrows || got.Facts.VO != "vo1" {
		t.Errorf("lent by another group of the VO: %+v, %v", got.Facts, err)
	}
	m.now = m.now.Add(48 * time.Hour)
	jwt, _ = m.Access(full(m))
	m.now = m.now.Add(48 * time.Hour)
	if _, err := m.OpenAccess(jwt); err != nil {
		t.Errorf("opening looks at no clock: %v", err)
	}
}

func TestClaimsThatContradictMakeNoToken(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	for name, change := range map[string]func(*oauth.AccessClaims){
		"nobody":          func(c *oauth.AccessClaims) { c.Principal.ID, c.Facts.User = "", "" },
		"a component":     func(c *oauth.AccessClaims) { c.Principal.Roles = []string{who.RoleService} },
		"another user":    func(c *oauth.AccessClaims) { c.Facts.User = "u2" },
		"another client":  func(c *oauth.AccessClaims) { c.Facts.Client = "c2" },
		"an API key":      func(c *oauth.AccessClaims) { c.Facts.APIKey = "a1" },
		"no end":          func(c *oauth.AccessClaims) { c.Facts.Expires = time.Time{} },
		"an end that was": func(c *oauth.AccessClaims) { c.Facts.Expires = m.now },
		"two words":       func(c *oauth.AccessClaims) { c.Principal.Scopes = []string{"api operator"} },
		"an empty word":   func(c *oauth.AccessClaims) { c.Principal.Scopes = []string{""} },
	} {
		c := full(m)
		change(&c)
		if jwt, err := m.Access(c); !errors.Is(err, token.ErrClaims) {
			t.Errorf("%s: %s, %v", name, jwt, err)
		}
	}
	good := oauth.IDClaims{Subject: "u1", Client: "c1", Alg: "RS256", Expires: m.now.Add(time.Hour)}
	for name, change := range map[string]func(*oauth.IDClaims){
		"nobody":        func(c *oauth.IDClaims) { c.Subject = "" },
		"no client":     func(c *oauth.IDClaims) { c.Client = "" },
		"alg none":      func(c *oauth.IDClaims) { c.Alg = "none" },
		"HS256":         func(c *oauth.IDClaims) { c.Alg = "HS256" },
		"no end":        func(c *oauth.IDClaims) { c.Expires = time.Time{} },
		"another's sub": func(c *oauth.IDClaims) { c.User = map[string]any{"sub": "u2"} },
		"a nonce":       func(c *oauth.IDClaims) { c.User = map[string]any{"nonce": "n"} },
	} {
		c := good
		change(&c)
		if jwt, err := m.ID(c); !errors.Is(err, token.ErrClaims) {
			t.Errorf("ID, %s: %s, %v", name, jwt, err)
		}
	}
}

// TestIDTokenIsGoodForOthers verifies with go-oidc, as clients do.
func TestIDTokenIsGoodForOthers(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	checkDefault(t, m)
	at, err := m.Access(full(m))
	if err != nil {
		t.Fatal(err)
	}
	for alg, key := range map[string]token.Key{"RS256": m.id, "EdDSA": m.access} {
		raw, err := m.ID(oauth.IDClaims{Subject: "u1", Client: "c1", Nonce: "n1", AccessToken: at, Alg: alg, Grant: "g1",
			AuthTime: m.now, Expires: m.now.Add(time.Hour), User: map[string]any{"email": "a@b.test"}})
		if err != nil {
			t.Fatal(err)
		}
		keys := &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{publicHalf(t, key)}}
		got, err := oidc.NewVerifier(issuer, keys, &oidc.Config{ClientID: "c1", SupportedSigningAlgs: []string{alg},
			Now: func() time.Time { return m.now }}).Verify(t.Context(), raw)
		if err != nil {
			t.Fatal(alg, err)
		}
		var c struct {
			Email, Sid, Azp string
			AuthTime        int64 `json:"auth_time"`
		}
		if err := got.Claims(&c); err != nil || got.Nonce != "n1" || got.Subject != "u1" || c.Email != "a@b.test" || c.Sid != "g1" ||
			c.Azp != "c1" || c.AuthTime != m.now.Unix() {
			t.Errorf("%s: %+v %+v, %v", alg, got, c, err)
		}
		if err := got.VerifyAccessToken(at); err != nil {
			t.Errorf("%s: at_hash: %v", alg, err)
		}
		if h, err := m.OpenID(raw); err != nil || h != (oauth.Hint{Subject: "u1", Client: "c1", Grant: "g1"}) {
			t.Errorf("%s: opened as %+v, %v", alg, h, err)
		}
	}
}

// checkDefault: a client that registered no algorithm gets RS256.
func checkDefault(t *testing.T, m *mint) {
	t.Helper()
	raw, err := m.ID(oauth.IDClaims{Subject: "u1", Client: "c1", Expires: m.now.Add(time.Hour)})
	if err != nil {
		t.Fatal(err)
	}
	if h, err := compact.Parse(raw); err != nil || h.Alg != "RS256" || h.KeyID != m.id.ID || h.Type != "jwt" {
		t.Errorf("%+v, %v", h, err)
	}
}

func TestRefreshTokenIsBoundToItsClient(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	rt, err := m.Refresh("g1", 3, "cli")
	// Computed with Python's hmac.
	if want := "hdr_g1.3.znPrli0F31Z_dR8XoNhDcVsqn43tjtBMwliW33Aa8i0"; err != nil || rt != want {
		t.Errorf("%s, %v, want %s", rt, err, want)
	}
	if g, n, err := m.OpenRefresh(rt, "cli"); g != "g1" || n != 3 || err != nil {
		t.Errorf("opened as %s %d, %v", g, n, err)
	}
	_, mac, _ := strings.Cut(rt, "3.")
	for name, bad := range map[string]string{
		"another generation": "hdr_g1.4." + mac, "another grant": "hdr_g2.3." + mac, "leading zero": "hdr_g1.03." + mac,
		"plus": "hdr_g1.+3." + mac, "no prefix": rt[4:], "padding": rt + "=", "white space": rt + " ", "cut": rt[:len(rt)-1],
		"empty": "", "dots": "hdr_..", "no MAC": "hdr_g1.3.", "big": "hdr_g1.99999999999999999999." + mac,
		"long": "hdr_" + strings.Repeat("a", 1<<20) + ".3." + mac, "bar": "hdr_g1|3.3." + mac, "upper case": "hdr_G1.3." + mac,
	} {
		if g, n, err := m.OpenRefresh(bad, "cli"); !errors.Is(err, token.ErrNotOurs) {
			t.Errorf("%s: %s %d, %v", name, g, n, err)
		}
	}
	for _, client := range []string{"", "cli2", "CLI"} {
		if _, _, err := m.OpenRefresh(rt, client); !errors.Is(err, token.ErrNotOurs) {
			t.Errorf("for %q: %v", client, err)
		}
	}
	for _, grant := range []string{"", "a.b", "a|b", "A", strings.Repeat("a", 65)} {
		if _, err := m.Refresh(grant, 1, "cli"); !errors.Is(err, token.ErrClaims) {
			t.Errorf("grant %q: %v", grant, err)
		}
	}
	if _, err := m.Refresh("g1", 1, ""); !errors.Is(err, token.ErrClaims) {
		t.Errorf("no client: %v", err)
	}
}

// TestNoKindIsAnother opens every kind of token as every other.
func TestNoKindIsAnother(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	made := everyKind(t, m)
	open := map[string]func(string) error{
		"access":  func(s string) error { _, err := m.OpenAccess(s); return err },
		"ID":      func(s string) error { _, err := m.OpenID(s); return err },
		"refresh": func(s string) error { _, _, err := m.OpenRefresh(s, "c1"); return err },
		"core4":   func(s string) error { _, _, _, _, err := m.OpenCore4(s); return err },
		"reset":   func(s string) error { _, _, _, _, err := m.OpenReset(s); return err },
		"cookie":  func(s string) error { _, err := m.Unseal(s, m.now); return err },
	}
	for kind, text := range made {
		for as, f := range open {
			err := f(text)
			if same := strings.HasPrefix(kind, as); same && err != nil || !same && !errors.Is(err, token.ErrNotOurs) {
				t.Errorf("%s opened as %s: %v", kind, as, err)
			}
		}
	}
}

func everyKind(t testing.TB, m *mint) map[string]string {
	t.Helper()
	end := m.now.Add(time.Hour)
	must := func(s string, err error) string {
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	core4 := must(m.Core4("alice", m.now, end, 7))
	return map[string]string{
		"access":   must(m.Access(full(m))),
		"ID RS256": must(m.ID(oauth.IDClaims{Subject: "u1", Client: "heddle", Alg: "RS256", Expires: end})),
		"ID EdDSA": must(m.ID(oauth.IDClaims{Subject: "u1", Client: "heddle", Alg: "EdDSA", Expires: end})),
		"refresh":  must(m.Refresh("g1", 1, "c1")),
		"core4":    core4,
		"reset":    must(m.Reset("alice", "a@b.test", "cred1", end)),
		"cookie":   m.Seal(core4, m.now),
	}
}

func TestChangedTokensAreNotOpened(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	at, err := m.Access(full(m))
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(at, ".")
	raw, _ := base64.RawURLEncoding.DecodeString(parts[1])
	var c map[string]any
	_ = json.Unmarshal(raw, &c)
	c["sub"] = "root"
	raw, _ = json.Marshal(c)
	other := newMint(t)
	foreign, _ := other.Access(full(other))
	for name, bad := range map[string]string{
		"claims": parts[0] + "." + base64.RawURLEncoding.EncodeToString(raw) + "." + parts[2],
		"alg none": base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"at+jwt","kid":"`+m.access.ID+`"}`)) +
			"." + parts[1] + "." + parts[2],
		"foreign key": foreign, "cut": at[:len(at)-2], "empty": "", "white space": at + "\n",
	} {
		if _, err := m.OpenAccess(bad); !errors.Is(err, token.ErrNotOurs) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
