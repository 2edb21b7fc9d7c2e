package authapi

import "net/url"

// ExchangeRequest is a request that a client authenticates: to the token,
// device, introspection and revocation endpoints.
type ExchangeRequest struct {
	unprinted
	Form  Form         `json:"form"`
	Basic *BasicClient `json:"basic,omitempty"` // the client's Authorization: Basic, decoded from base64 only
	// Body has the parameters as they were sent, form-encoded; it is read once,
	// by the service. Params are the same, read: they count if there is no Body.
	Body   string     `json:"body,omitempty"`
	Params url.Values `json:"params,omitempty"`
	Peer   Peer       `json:"peer"`
}

// Read is the request with its parameters read, each as often as it was sent:
// it is the service that refuses repeated ones.
func (r ExchangeRequest) Read() (ExchangeRequest, error) {
	if r.Body == "" {
		return r, nil
	}
	v, err := url.ParseQuery(r.Body)
	if err != nil {
		return r, Refuse(InvalidRequest, "The body cannot be read as a form.")
	}
	r.Body, r.Params = "", v
	return r, nil
}

// BasicClient is a client's credentials as the header has them: both parts
// are still form-encoded (RFC 6749, section 2.3.1).
type BasicClient struct {
	unprinted
	ID     string `json:"id"`
	Secret string `json:"secret"`
}

// Tokens is the answer of the token endpoint (RFC 6749, section 5.1).
type Tokens struct {
	unprinted
	AccessToken  string `json:"access_token"`
	Token        string `json:"token,omitempty"` // the same, where DIRAC's old clients look
	TokenType    string `json:"token_type"`
	ExpiresIn    int64  `json:"expires_in"`
	RefreshToken string `json:"refresh_token,omitempty"`
	IDToken      string `json:"id_token,omitempty"`
	Scope        string `json:"scope,omitempty"`
}

// Device is the answer of the device endpoint (RFC 8628, section 3.2).
type Device struct {
	unprinted
	DeviceCode              string `json:"device_code"`
	UserCode                string `json:"user_code"`
	VerificationURI         string `json:"verification_uri"`
	VerificationURIComplete string `json:"verification_uri_complete"`
	ExpiresIn               int64  `json:"expires_in"`
	Interval                int64  `json:"interval"`
}
