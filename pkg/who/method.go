package who

// How a caller can have proved who they are.
const (
	MethodPassword    = "password"
	MethodCertificate = "certificate" // of a TLS handshake
	MethodUpstream    = "upstream"    // signed in at a federated provider
	MethodSession     = "session"     // a session that one of the above began
	MethodToken       = "token"       // an access token, or another signed one
	MethodAPIKey      = "apikey"
)

// InPerson reports whether the person themselves is here, and not a program
// that they entrusted with a token or a key: only in person does one make
// further credentials.
func (p Principal) InPerson() bool {
	switch p.Method {
	case MethodPassword, MethodCertificate, MethodUpstream, MethodSession:
		return !p.Anonymous() && p.Client == "" && p.Scopes == nil
	default:
		return false
	}
}
