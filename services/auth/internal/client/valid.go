package client

import (
	"encoding/json"
	"slices"
)

// Method is how a client authenticates, by its name in OpenID Connect. Only
// ParseMethod makes it.
type Method string

// The methods.
const (
	None       Method = "none"
	Basic      Method = "client_secret_basic"
	Post       Method = "client_secret_post"
	PrivateKey Method = "private_key_jwt"
	TLS        Method = "tls_client_auth"
	SelfSigned Method = "self_signed_tls_client_auth"
)

// BySecret reports whether the client has a secret.
func (m Method) BySecret() bool { return m == Basic || m == Post }

// valid is what must be true of a client, whoever asks.
func valid(d Details, secret string) error {
	m := d.AuthMethod()
	byKeys, alone := m == PrivateKey || m == SelfSigned, slices.Contains(d.Grants, ClientCredentials)
	switch {
	case d.Public != (m == None):
		return ErrNotPublic
	case len(d.Grants) == 0:
		return ErrNoGrant
	case slices.Contains(d.Grants, AuthorizationCode) && len(d.Redirects) == 0:
		return ErrNoRedirect
	case m.BySecret() != (secret != ""):
		return ErrNoSecret
	case byKeys != (len(d.Keys) > 0), byKeys && !publicKeys(d.Keys):
		return ErrKeys
	case (m == TLS) != (d.TLSSubject != ""):
		return ErrTLSSubject
	case d.Steady && d.Public:
		return ErrSteady
	case alone && d.Public:
		return ErrPublicAlone
	case alone != (d.RunAs != ""):
		return ErrRunAs
	default:
		return nil
	}
}

// publicKeys reports whether the text is a JWK set without a secret member
// (RFC 7518, section 6; RFC 8037).
func publicKeys(jwks json.RawMessage) bool {
	var set struct {
		Keys []map[string]json.RawMessage `json:"keys"`
	}
	if err := json.Unmarshal(jwks, &set); err != nil || len(set.Keys) == 0 {
		return false
	}
	for _, jwk := range set.Keys {
		for _, secret := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
			if _, found := jwk[secret]; found {
				return false
			}
		}
	}
	return true
}
