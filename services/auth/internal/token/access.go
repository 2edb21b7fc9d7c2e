package token

import (
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/oauth"
)

// accessAlgs is the whole list: nothing else signs access tokens.
var accessAlgs = []jose.SignatureAlgorithm{jose.EdDSA}

// access is everything that an access token says (RFC 9068, section 2.2).
type access struct {
	Issuer    string   `json:"iss"`
	Subject   string   `json:"sub"`
	Audience  []string `json:"aud"`
	Expires   int64    `json:"exp"`
	Issued    int64    `json:"iat"`
	NotBefore int64    `json:"nbf"`
	ID        string   `json:"jti"`
	authapi.Claims
}

// Access implements oauth.Minter.
func (m *Mint) Access(c oauth.AccessClaims) (string, error) {
	now := m.now()
	scope, err := scopeText(c.Principal.Scopes)
	if err != nil || !consistent(c) || !c.Facts.Expires.After(now) {
		return "", ErrClaims
	}
	keys, err := m.ring.state()
	if err != nil {
		return "", err
	}
	p, f := c.Principal, c.Facts
	a := access{
		Issuer: m.issuer, Subject: p.ID, Audience: append([]string{authapi.Audience}, c.Audience...),
		Expires: f.Expires.Unix(), Issued: now.Unix(), NotBefore: now.Unix(), ID: id(),
		Claims: authapi.Claims{
			Name: p.Name, Group: p.Group, Groups: p.Groups, Roles: p.Roles,
			Client: p.Client, Scope: scope, AuthTime: seconds(c.AuthTime), Grant: f.Grant, Position: f.Position,
			Setup: p.Setup, VO: c.VO, DiracGroup: p.Group, Properties: p.Properties, DN: p.DN, Limited: p.Limited,
		},
	}
	if f.CertSHA256 != "" {
		a.Confirm = &authapi.Confirmation{CertSHA256: f.CertSHA256}
	}
	return keys.access.sign(Type, a)
}

// consistent reports whether principal and facts speak of the same user and
// client, and of one whom a token may be made for.
func consistent(c oauth.AccessClaims) bool {
	p, f := c.Principal, c.Facts
	return !p.Anonymous() && !p.Has(who.RoleService) && f.APIKey == "" &&
		(f.User == "" || f.User == p.ID) && (f.Client == "" || f.Client == p.Client)
}

// OpenAccess implements oauth.Opener.
func (m *Mint) OpenAccess(token string) (oauth.AccessClaims, error) {
	var a access
	key, err := m.open(token, Type, accessAlgs, &a)
	if err != nil {
		return oauth.AccessClaims{}, err
	}
	if a.Issuer != m.issuer || !slices.Contains(a.Audience, authapi.Audience) || a.Subject == "" {
		return oauth.AccessClaims{}, ErrNotOurs
	}
	c := oauth.AccessClaims{
		Principal: who.Principal{
			ID: a.Subject, Name: a.Name, Group: a.Group, Groups: a.Groups, Roles: a.Roles, Method: who.MethodToken,
			Client: a.Client, Scopes: scopeWords(a.Scope), DN: a.DN, Setup: a.Setup, VO: a.VO, Properties: a.Properties, Limited: a.Limited,
		},
		Facts: who.Facts{User: a.Subject, Client: a.Client, Grant: a.Grant, Key: key, JTI: a.ID,
			Position: a.Position, Expires: moment(a.Expires)},
		VO: a.VO, AuthTime: moment(a.AuthTime), Issued: moment(a.Issued),
	}
	c.Facts = c.Facts.Acting(c.Principal)
	c.Principal.Credential = c.Facts.Credential()
	if a.Confirm != nil {
		c.Facts.CertSHA256 = a.Confirm.CertSHA256
	}
	for _, aud := range a.Audience {
		if aud != authapi.Audience {
			c.Audience = append(c.Audience, aud)
		}
	}
	return c, nil
}

// scopeText keeps "no limit" (nil) and "nothing allowed" (empty) apart. A word
// that would be read as two is refused.
func scopeText(words []string) (*string, error) {
	if words == nil {
		return nil, nil
	}
	for _, w := range words {
		if w == "" || strings.ContainsFunc(w, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, ErrClaims
		}
	}
	text := strings.Join(words, " ")
	return &text, nil
}

func scopeWords(text *string) []string {
	if text == nil {
		return nil
	}
	return append([]string{}, strings.Fields(*text)...)
}
