package assertion

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// maxSiteLife is the longest that a gateway signs a token for.
const maxSiteLife = 30 * 24 * time.Hour

// Site is what a gateway signed for a user who was signed in there.
type Site struct {
	User        string // id
	DN          string // of the user, as the token's subject
	Issuer      string // DN of the server
	Key         string // id
	Position    uint64 // of the journal
	Issued      time.Time
	Expires     time.Time
	Limited     bool // good at the issuing server alone
	Renewable   bool
	Login       string // Unix login that was chosen
	Preferences string

	// What the credential was limited to that the token was got with: so is
	// the token.
	Scopes  []string // nil: not limited
	Groups  []string // none: all of the user's
	Client  string
	Grant   string
	APIKey  string
	Thumb   string    // of the certificate that it is bound to
	Proxy   bool      // it was a limited proxy
	Longest time.Time // no token got with this one lives longer
}

// SiteKey is an announced key of a gateway.
type SiteKey struct {
	JWK     json.RawMessage // public half
	Expires time.Time       // of its certificate
}

// SiteKeys finds an announced key by its id; the zero SiteKey is none. Its
// errors are handed on.
type SiteKeys func(id string) (SiteKey, error)

type siteClaims struct {
	Issuer      string   `json:"iss"`
	Subject     string   `json:"sub"`
	Audience    audience `json:"aud"`
	Delegated   string   `json:"etd"`
	Renewable   string   `json:"renewable"`
	Login       string   `json:"uid"`
	Preferences string   `json:"preferences"`
	Position    uint64   `json:"pos"`
	User        string   `json:"uidh"`
	Scope       *string  `json:"scope"`
	Groups      []string `json:"groups"`
	Client      string   `json:"client_id"`
	Grant       string   `json:"sid"`
	APIKey      string   `json:"apikey"`
	Confirm     *struct {
		Thumb string `json:"x5t#S256"`
	} `json:"cnf"`
	Proxy   string `json:"limited_proxy"`
	Longest date   `json:"longest"`
	span
}

// VerifySite verifies a token that a gateway signed. A limited one is good at
// the server that signed it: server is the one that it was shown to.
func VerifySite(jwt, server string, now time.Time, keys SiteKeys) (Site, error) {
	h, err := siteKind.header(jwt)
	if err != nil || h.KeyID == "" {
		return Site{}, ErrInvalid
	}
	key, err := keys(h.KeyID)
	if err != nil {
		return Site{}, err
	}
	var c siteClaims
	if err := siteKind.verify(jwt, []json.RawMessage{key.JWK}, &c); err != nil {
		return Site{}, err
	}
	if !c.good(now, maxSiteLife) || c.Expires.After(key.Expires) || !c.understood(server) {
		return Site{}, ErrInvalid
	}
	out := Site{
		User: c.User, DN: c.Subject, Issuer: c.Issuer, Key: h.KeyID, Position: c.Position,
		Issued: c.Issued.Time, Expires: c.Expires.Time, Limited: c.Audience != nil, Renewable: c.Renewable == "true",
		Login: c.Login, Preferences: c.Preferences,
		Groups: c.Groups, Client: c.Client, Grant: c.Grant, APIKey: c.APIKey, Proxy: c.Proxy == "true", Longest: c.Longest.Time,
	}
	if c.Scope != nil {
		out.Scopes = append([]string{}, strings.Fields(*c.Scope)...) // never nil, which is no limit
	}
	if c.Confirm != nil {
		out.Thumb = c.Confirm.Thumb
	}
	return out, nil
}

// understood reports whether every claim has one of the values that a gateway
// writes.
func (c siteClaims) understood(server string) bool {
	return c.User != "" && c.Subject != "" && c.Issuer != "" && c.Delegated == "true" &&
		saysSo(c.Renewable) && saysSo(c.Proxy) && (c.Confirm == nil || c.Confirm.Thumb != "") &&
		(c.Longest.IsZero() || !c.Expires.After(c.Longest.Time)) &&
		(c.Audience == nil || slices.Equal(c.Audience, []string{c.Issuer}) && server == c.Issuer)
}

// saysSo reports whether a claim is one of the texts for yes and no.
func saysSo(text string) bool { return text == "" || text == "true" || text == "false" }
