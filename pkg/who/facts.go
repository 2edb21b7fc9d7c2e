package who

import (
	"slices"
	"strings"
	"time"
)

// Facts are what a credential stands on. When one of them ends, so does every
// credential that was made at or before that moment. The moment is a position
// in the auth service's journal and not a time, so that no clock decides.
type Facts struct {
	User   string `json:"user,omitempty"`   // id
	Client string `json:"client,omitempty"` // id of the OAuth client
	Grant  string `json:"grant,omitempty"`  // what the user allowed the client
	Key    string `json:"key,omitempty"`    // id of the key that signed it
	APIKey string `json:"apikey,omitempty"`
	JTI    string `json:"jti,omitempty"` // of one access token

	// Group is the name of the group whose rights it has. If it borrows those
	// of the user's other groups in the VO, it stands on all groups of that.
	Group   string `json:"group,omitempty"`
	VO      string `json:"vo,omitempty"` // empty for groups of no VO
	Borrows bool   `json:"borrows,omitempty"`

	// Position is that of the journal when the credential was made.
	Position uint64 `json:"position,omitempty"`
	// Expires is the credential's own end; zero means that it has none.
	Expires time.Time `json:"expires,omitzero"`
	// CertSHA256 is the thumbprint of the certificate that the credential is
	// bound to (RFC 8705, x5t#S256); empty means that whoever bears it has it.
	CertSHA256 string `json:"cert_sha256,omitempty"`
}

// Acting returns the facts of a credential that has the rights of the
// principal's group. One of whose scopes is a property of DIRAC's may have
// borrowed it from another group.
func (f Facts) Acting(p Principal) Facts {
	f.Group = p.Group
	if slices.ContainsFunc(p.Scopes, func(scope string) bool { return strings.HasPrefix(scope, "property:") }) {
		f.Borrows, f.VO = true, p.VO
	}
	return f
}

// Names are the facts as revocations name them: "user/ID", "grant/ID".
func (f Facts) Names() []string {
	var names []string
	for _, n := range [...]struct{ kind, id string }{
		{"user", f.User}, {"client", f.Client}, {"grant", f.Grant},
		{"key", f.Key}, {"apikey", f.APIKey}, {"token", f.JTI}, {"group", f.Group},
	} {
		if n.id != "" {
			names = append(names, n.kind+"/"+n.id)
		}
	}
	if f.Borrows {
		names = append(names, "vo/"+f.VO)
	}
	return names
}

// Credential names what a token stands on as Principal.Credential does: its
// grant, or else the token itself.
func (f Facts) Credential() string {
	switch {
	case f.Grant != "":
		return "grant/" + f.Grant
	case f.JTI != "":
		return "token/" + f.JTI
	default:
		return ""
	}
}
