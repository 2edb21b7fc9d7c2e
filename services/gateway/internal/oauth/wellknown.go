package oauth

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// WellKnown are the documents at the server's own root, where OpenID Connect
// Discovery 1.0 and RFC 8414 look for them.
func WellKnown(d Deps) []rest.Route {
	return append(wellKnown(&door{Deps: d}),
		public("GET /.well-known/jwks.json", "Keys of tokens", "A JSON Web Key Set (RFC 7517).", (&door{Deps: d}).keys))
}

func wellKnown(d *door) []rest.Route {
	return []rest.Route{
		public("GET /.well-known/openid-configuration", "What signs people in here", "OpenID Connect Discovery 1.0.", d.discovery),
		public("GET /.well-known/oauth-authorization-server", "The same, by its other name", "RFC 8414.", d.discovery),
	}
}

// metadata is what the server says of itself. Every field is a promise.
type metadata struct {
	Issuer        string `json:"issuer"`
	Authorization string `json:"authorization_endpoint"`
	Token         string `json:"token_endpoint"`
	UserInfo      string `json:"userinfo_endpoint"`
	Keys          string `json:"jwks_uri"`
	Revocation    string `json:"revocation_endpoint"`
	Introspection string `json:"introspection_endpoint"`
	Device        string `json:"device_authorization_endpoint"`
	EndSession    string `json:"end_session_endpoint"`

	Responses     []string `json:"response_types_supported"`
	Modes         []string `json:"response_modes_supported"`
	Grants        []string `json:"grant_types_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	Scopes        []string `json:"scopes_supported"`
	Claims        []string `json:"claims_supported"`
	Subjects      []string `json:"subject_types_supported"`
	Signing       []string `json:"id_token_signing_alg_values_supported"`
	Prompts       []string `json:"prompt_values_supported"`
	Methods       []string `json:"token_endpoint_auth_methods_supported"`
	Algs          []string `json:"token_endpoint_auth_signing_alg_values_supported"`
	RevokeMethods []string `json:"revocation_endpoint_auth_methods_supported"`
	RevokeAlgs    []string `json:"revocation_endpoint_auth_signing_alg_values_supported"`
	LookMethods   []string `json:"introspection_endpoint_auth_methods_supported"`
	LookAlgs      []string `json:"introspection_endpoint_auth_signing_alg_values_supported"`

	Bound       bool `json:"tls_client_certificate_bound_access_tokens"`
	NamesItself bool `json:"authorization_response_iss_parameter_supported"`
	Requests    bool `json:"request_parameter_supported"`
	RequestURI  bool `json:"request_uri_parameter_supported"`
	Claim       bool `json:"claims_parameter_supported"`

	// What DIRAC's clients look for.
	Configuration string `json:"configuration_server"`
	Redirect      string `json:"redirect_uri"`
}

// discovery names the configured issuer, whatever name the caller used: that
// is what tokens carry.
func (d *door) discovery(w http.ResponseWriter, _ *http.Request) error {
	text, err := json.Marshal(describeServer(d.Issuer))
	if err != nil {
		return err
	}
	return cached(w, text)
}

func describeServer(issuer string) metadata {
	base := strings.TrimSuffix(issuer, "/")
	at := func(path string) string { return base + Root + path }
	confidential := []string{"client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"}
	methods := append([]string{"none"}, confidential...)
	algs := []string{"RS256", "PS256", "ES256", "EdDSA"}
	return metadata{
		Issuer: issuer, Authorization: at("/authorize"), Token: at("/token"), UserInfo: at("/userinfo"),
		Keys: base + "/.well-known/jwks.json", Revocation: at("/revoke"), Introspection: at("/introspect"),
		Device: at("/device"), EndSession: at("/logout"),
		Responses: []string{"code"}, Modes: []string{"query"}, Challenges: []string{"S256"},
		Grants: []string{"authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code"},
		Scopes: []string{"openid", "profile", "email", "groups", "offline_access", "api", "api:read", "operator", "bound",
			"g:", "group:", "vo:", "property:", "lifetime:"},
		Claims: []string{"iss", "sub", "aud", "azp", "exp", "iat", "auth_time", "nonce", "at_hash", "sid",
			"preferred_username", "name", "email", "groups"},
		Subjects: []string{"public"}, Signing: []string{"RS256", "EdDSA"},
		Prompts: []string{"none", "login", "consent", "select_account"},
		Methods: methods, Algs: algs, RevokeMethods: methods, RevokeAlgs: algs, LookMethods: confidential, LookAlgs: algs,
		Bound: true, NamesItself: true,
		Configuration: base, Redirect: at("/redirect"),
	}
}

func (d *door) keys(w http.ResponseWriter, r *http.Request) error {
	keys, err := d.Backend.Auth.Keys(r.Context(), authapi.Empty{})
	if err != nil {
		return err
	}
	return cached(w, keys)
}

// cached answers with a public document, for programs in browsers too.
func cached(w http.ResponseWriter, body []byte) error {
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "public, max-age=300")
	h.Del("Pragma")
	h.Set("Access-Control-Allow-Origin", "*")
	_, _ = w.Write(body) // the client may be gone
	return nil
}
