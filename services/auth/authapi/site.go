package authapi

// SiteClaims are what a site token says. The first are UNICORE's, which writes
// yes and no as text; the others make the token worth no more than the
// credential that it was got with, and end it together with that.
type SiteClaims struct {
	Issuer      string `json:"iss"`           // distinguished name of the gateway
	Subject     string `json:"sub"`           // of the user, for people to read
	Audience    string `json:"aud,omitempty"` // the issuer, if the token is good there alone
	Issued      int64  `json:"iat"`
	Expires     int64  `json:"exp"`
	Delegated   string `json:"etd"` // "true": signed by a server, not by the user
	Renewable   string `json:"renewable,omitempty"`
	Login       string `json:"uid,omitempty"` // Unix login, for people to read
	Preferences string `json:"preferences,omitempty"`

	User     string        `json:"uidh"` // id: whose token it is
	Position uint64        `json:"pos"`
	Scope    *string       `json:"scope,omitempty"` // nil: not limited
	Groups   []string      `json:"groups,omitempty"`
	Client   string        `json:"client_id,omitempty"`
	Grant    string        `json:"sid,omitempty"`
	APIKey   string        `json:"apikey,omitempty"`
	Confirm  *Confirmation `json:"cnf,omitempty"`
	Proxy    string        `json:"limited_proxy,omitempty"`
	Longest  int64         `json:"longest,omitempty"` // no token got with this one lives longer
}
