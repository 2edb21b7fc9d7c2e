package authapi

import "strings"

// JWKSPath is where the gateway serves the public keys, below the issuer.
const JWKSPath = "/.well-known/jwks.json"

// Metadata is what the issuer says of itself: the part of OpenID Connect
// Discovery 1.0 and RFC 8414 that exists. What is absent is not offered.
type Metadata struct {
	Issuer                 string   `json:"issuer"`
	JWKSURI                string   `json:"jwks_uri"`
	ResponseTypesSupported []string `json:"response_types_supported"`
	GrantTypesSupported    []string `json:"grant_types_supported"`
	SubjectTypesSupported  []string `json:"subject_types_supported"`
	SigningAlgs            []string `json:"id_token_signing_alg_values_supported"`
	ClaimsSupported        []string `json:"claims_supported"`
}

// Discovery is the document to be served at /.well-known/openid-configuration.
func Discovery(issuer string) any {
	return Metadata{
		Issuer:                 issuer,
		JWKSURI:                strings.TrimSuffix(issuer, "/") + JWKSPath,
		ResponseTypesSupported: []string{}, // no authorization endpoint
		GrantTypesSupported:    []string{}, // no token endpoint; an absent list would mean the defaults
		SubjectTypesSupported:  []string{"public"},
		SigningAlgs:            []string{"EdDSA"},
		ClaimsSupported: []string{"iss", "sub", "aud", "iat", "nbf", "exp", "jti",
			"preferred_username", "group", "groups", "roles"},
	}
}
