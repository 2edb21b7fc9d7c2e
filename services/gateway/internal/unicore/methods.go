package unicore

import (
	"slices"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// The methods by which users may prove who they are, as UNICORE names them.
const (
	methodPassword = "password"
	methodOIDC     = "oidc" // access tokens, ours or a provider's, and API keys
	methodJWT      = "jwt"  // signed by users and sites
	methodX509     = "x509"
)

// Methods are those that an operator can choose among.
var Methods = []string{methodPassword, methodOIDC, methodJWT, methodX509}

// Door is what the dialect takes, beside its own sessions, where users may
// come in by the methods; none means all.
func Door(methods []string) edge.Door {
	on := func(method string) bool { return len(methods) == 0 || slices.Contains(methods, method) }
	d := edge.Door{Basic: on(methodPassword), Certificate: on(methodX509), Scoped: true}
	if on(methodOIDC) {
		d.Bearer, d.Header = true, "X-API-Key"
		d.Accept = append(d.Accept, authapi.KindAPIKey, authapi.KindUpstream)
	}
	if on(methodJWT) {
		d.Accept = append(d.Accept, authapi.KindUserJWT, authapi.KindSiteJWT)
	}
	return d
}
