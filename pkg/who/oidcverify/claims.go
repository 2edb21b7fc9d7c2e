package oidcverify

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
)

// claims are the private claims of an access token, and the registered ones
// that go-oidc does not hand out.
type claims struct {
	NotBefore float64       `json:"nbf"`
	ID        string        `json:"jti"`
	Name      string        `json:"preferred_username"`
	Group     string        `json:"group"`
	Groups    []string      `json:"groups"`
	Roles     []string      `json:"roles"`
	Client    string        `json:"client_id"`
	Scope     *string       `json:"scope"` // absent is no limit, "" allows nothing
	Grant     string        `json:"sid"`
	Position  uint64        `json:"pos"`
	Confirm   *confirmation `json:"cnf"`

	// What DIRAC's clients read, and certificates leave behind.
	Setup      string   `json:"setup"`
	VO         string   `json:"vo"`
	Properties []string `json:"dirac_properties"`
	DN         string   `json:"dn"`
	Limited    bool     `json:"limited"`
}

// confirmation is who may use a token (RFC 7800).
type confirmation struct {
	CertSHA256 string `json:"x5t#S256"`
}

// understood reports whether a token is free or bound to a certificate. One
// that is bound to anything else would be free by mistake.
func (c *confirmation) understood() bool { return c == nil || c.CertSHA256 != "" }

func (c claims) verified(subject, key string, expires time.Time) verified {
	f := who.Facts{User: subject, Client: c.Client, Grant: c.Grant, Key: key, JTI: c.ID, Position: c.Position, Expires: expires}
	if c.Confirm != nil {
		f.CertSHA256 = c.Confirm.CertSHA256
	}
	p := who.Principal{
		ID: subject, Name: c.Name, Group: c.Group, Groups: c.Groups, Roles: c.Roles, Method: who.MethodToken,
		Client: c.Client, DN: c.DN, Setup: c.Setup, VO: c.VO, Properties: c.Properties, Limited: c.Limited, Credential: f.Credential(),
	}
	if c.Scope != nil {
		p.Scopes = append([]string{}, strings.Fields(*c.Scope)...)
	}
	return verified{p, f.Acting(p)}
}

// accessToken tells an access token from the issuer's other signed tokens by
// its type (RFC 9068, section 4), and gives the id of its key.
func accessToken(token string) (key string, ok bool) {
	first, _, _ := strings.Cut(token, ".")
	raw, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return "", false
	}
	// A map, because struct fields are matched in any case: "TYP" is not "typ".
	var header map[string]any
	if json.Unmarshal(raw, &header) != nil || foreignKeys(header) {
		return "", false
	}
	typ, _ := header["typ"].(string)
	key, _ = header["kid"].(string)
	return key, key != "" && strings.TrimPrefix(strings.ToLower(typ), "application/") == "at+jwt"
}

// foreignKeys reports whether the header names a key other than one of the
// issuer's, or changes what the signature means: no token of ours does.
func foreignKeys(header map[string]any) bool {
	for _, name := range [...]string{"crit", "jwk", "jku", "x5u", "x5c", "b64"} {
		if _, there := header[name]; there {
			return true
		}
	}
	return false
}
