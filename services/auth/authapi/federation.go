package authapi

import "context"

// Federation signs people in through other providers.
type Federation interface {
	Providers(context.Context, Empty) (Providers, error)
	// StartLogin says where the browser goes.
	StartLogin(context.Context, UpstreamStart) (UpstreamGo, error)
	// FinishLogin takes what the browser brought back, once.
	FinishLogin(context.Context, UpstreamBack) (UpstreamDone, error)
}

// Providers are those that are configured.
type Providers struct {
	List []Provider `json:"list,omitempty"`
}

// Provider is one way to sign in.
type Provider struct {
	Name  string `json:"name"`  // in addresses
	Title string `json:"title"` // for people
}

// UpstreamStart begins a login.
type UpstreamStart struct {
	unprinted
	Provider string `json:"provider"`
	Pending  string `json:"pending,omitempty"` // id of the authorization request that waits for it
	Browser  string `json:"browser"`           // the browser's pre-session cookie: only it may finish
	Peer     Peer   `json:"peer"`
}

// UpstreamGo is where the browser goes; it carries the state.
type UpstreamGo struct {
	unprinted
	URL string `json:"url"`
}

// UpstreamBack is what came to the redirect address.
type UpstreamBack struct {
	unprinted
	State   string `json:"state"`
	Code    string `json:"code,omitempty"`
	Issuer  string `json:"iss,omitempty"` // RFC 9207
	Error   string `json:"error,omitempty"`
	Browser string `json:"browser"`
	Peer    Peer   `json:"peer"`
}

// UpstreamDone is who signed in, and the request that waits for them.
type UpstreamDone struct {
	Resolved Resolved `json:"resolved"`
	Pending  string   `json:"pending,omitempty"`
}
