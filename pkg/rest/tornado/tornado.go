// Package tornado is DIRAC's endpoint framework TornadoREST the Go way: a
// handler belongs to a system and has a name, its methods' names say verb and
// path, and grants and words of authorization say who may come in. The result
// is a rest.Container. It is separate from rest because these names, words and
// answers are one community's; what it shares with everybody is below, in rest.
//
// Whatever way a request was made, by REST, by RPC or by something new, a
// Mapper finds the endpoint that it is for; finding out who asks, whether they
// may, and running the endpoint are the same for all.
//
// "5.3" and the like in this package are sections of the contract with DIRAC's
// clients, which docs/design/framework.md sums up.
package tornado

import "context"

// API is a handler under its system and name, such as "WorkloadManagement"
// and "JobManager". Both are letters, digits, "_" and "-".
type API struct {
	System, Name string
	// Handler is a value that all requests share. If it has no Endpoints, they
	// are found by FromMethods; it may also be an Initer, a BeforeRequester and
	// an io.Closer, and have Meta.
	Handler any
}

// Handler declares itself and its endpoints. Meta or Endpoints alone will do.
type Handler interface {
	Meta() Meta
	Endpoints() []Endpoint
}

// Meta is what holds for all endpoints of a handler. The zero Meta is good.
type Meta struct {
	Title, Author, Doc string // for the documentation
	// Base goes before every path of the handler, "dirac"; Location is where
	// its names begin, "/auth", and "/" if empty.
	Base, Location string
	// Prefix begins the names of methods that answer every verb; "" is "Web".
	Prefix string
	// Verbs are those that such methods answer; nil is GET, HEAD, POST,
	// DELETE, PATCH, PUT and OPTIONS. Others are refused to all endpoints.
	Verbs []string
	// Grants are the kinds of credentials that are looked at, in this order;
	// empty is Config.DefaultGrants.
	Grants []string
	// Authorization are the words of 5.7, one or several an element, separated
	// by commas; empty is "authenticated".
	Authorization []string
	Mode          Mode // how S_OK and S_ERROR are sent
	JEncode       bool // times and bytes are sent as DIRAC's JEncode has them
	Port          int  // a listener of its own; 0 is the common one
}

// Info is what a handler is told about itself at its beginning.
type Info struct {
	System, API   string
	Component     string // "WorkloadManagement/JobManager"
	Location      string
	URLs          []string // the patterns that it answers, sorted
	ConfigSection string   // "/Systems/WorkloadManagement/APIs/JobManager"
	Grants        []string // the default of its endpoints
	Authorization []string // the default of its endpoints
}

// Initer prepares a handler before its first request: when the server starts,
// or with Config.Lazy at the first request. While it fails, requests are
// answered with 503, and each of them tries again; it never runs twice at once.
type Initer interface {
	Init(ctx context.Context, about Info) error
}

// BeforeRequester is called for each request that was let in, before its
// arguments are read and its endpoint runs. The context is the endpoint's; an
// error is the request's answer. It is called concurrently.
type BeforeRequester interface {
	BeforeRequest(ctx context.Context) (context.Context, error)
}

// Mode is how an endpoint's results become HTTP.
type Mode int

const (
	// Structures sends S_OK and S_ERROR with status 200, any other value as it
	// is, and any other error with its status.
	Structures Mode = iota
	// Plain is Structures, and an S_ERROR has the status of its number.
	Plain
	// Envelope makes every value an S_OK and every error an S_ERROR, with
	// status 200: the way of RPC.
	Envelope
)
