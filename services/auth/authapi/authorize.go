package authapi

import (
	"net/url"
	"time"
)

// AuthorizeRequest is a request to the authorization endpoint.
type AuthorizeRequest struct {
	Form   Form       `json:"form"`
	Params url.Values `json:"params"` // as sent: it is the service that refuses repeated ones
	Peer   Peer       `json:"peer"`
}

// PendingRequest names a kept request.
type PendingRequest struct {
	ID string `json:"id"`
}

// UserCode is what a person types in to find their device.
type UserCode struct {
	unprinted
	Code string `json:"code"`
	Peer Peer   `json:"peer"`
}

// Pending is a request that waits for a person's decision. Who asks without a
// caller gets the part that does not depend on one: no groups, no setups.
type Pending struct {
	ID         string        `json:"id"` // for a device: its user code
	Form       Form          `json:"form"`
	Client     ClientCard    `json:"client"`
	Scopes     []ScopeText   `json:"scopes,omitempty"`
	Groups     []string      `json:"groups,omitempty"` // that may be chosen; a single one is fixed
	Setups     []string      `json:"setups,omitempty"`
	Lifetime   time.Duration `json:"lifetime"` // proposed for the grant
	Prompt     []string      `json:"prompt,omitempty"`
	MaxAge     *int64        `json:"max_age,omitempty"` // seconds since the person signed in
	LoginHint  string        `json:"login_hint,omitempty"`
	Consented  bool          `json:"consented,omitempty"`   // the caller granted the same before: no page is needed
	FormTarget string        `json:"form_target,omitempty"` // origin of the redirect, for the page's form-action
	Made       time.Time     `json:"made"`                  // when the client asked
	Expires    time.Time     `json:"expires"`
	// Refused is where the browser goes at once, to tell the client what is
	// wrong with its request: nothing was kept, and ID is empty.
	Refused string `json:"refused,omitempty"`
}

// ClientCard is what a person is shown of a client.
type ClientCard struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
	Icon string `json:"icon,omitempty"`
}

// ScopeText says in words what a scope allows.
type ScopeText struct {
	Scope string `json:"scope"`
	Text  string `json:"text"`
}

// Decision is a person's answer. They are the caller, and Position is that of
// their session, so that one which is over decides nothing.
type Decision struct {
	ID       string        `json:"id"` // of Pending
	Grant    bool          `json:"grant,omitempty"`
	Group    string        `json:"group,omitempty"`
	Setup    string        `json:"setup,omitempty"`
	Lifetime time.Duration `json:"lifetime,omitempty"` // zero: as proposed
	AuthTime time.Time     `json:"auth_time"`          // when the person last proved who they are
	Position uint64        `json:"position"`           // who.Facts.Position of their session
}

// Failure is why a request ends without a decision.
type Failure struct {
	ID   string `json:"id"`
	Code string `json:"code"` // login_required, interaction_required, consent_required, server_error
}

// Redirect is where the browser goes; it may carry a code.
type Redirect struct {
	unprinted
	URL string `json:"url"`
}

// LogoutRequest is OpenID Connect RP-Initiated Logout 1.0, section 2.
type LogoutRequest struct {
	unprinted
	IDTokenHint string `json:"id_token_hint,omitempty"`
	ClientID    string `json:"client_id,omitempty"`
	RedirectURI string `json:"post_logout_redirect_uri,omitempty"`
	State       string `json:"state,omitempty"`
}

// LogoutAnswer says what to do with a logout. The browser's session is the
// gateway's, so it is the gateway that ends it.
type LogoutAnswer struct {
	User string `json:"user,omitempty"` // whom a valid hint names; empty: the person must be asked
	URL  string `json:"url,omitempty"`  // a registered address with the state; empty: none
}
