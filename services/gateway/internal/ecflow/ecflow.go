// Package ecflow speaks the REST interface of ecFlow's gateway: its paths,
// credentials and forms of answers and errors. It is separate, like every
// dialect, so that what one client community expects stays in one place. The
// suites themselves are behind Engine; nothing here knows their rules.
package ecflow

import (
	"context"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// Root is where version 1 of the interface is.
const Root = "/v1"

// Deps is what the dialect needs of the gateway. All fields but Engine are
// required; false and false are the strict choice.
type Deps struct {
	Prover edge.Prover
	Tokens Tokens
	// ProxyUser is the name that the engine knows the tokens' users by.
	ProxyUser string
	// Secure tells whether a request came over TLS, maybe that of a proxy.
	Secure func(*http.Request) bool
	// Loopback lets users of this machine change things without TLS.
	Loopback bool
	AuthGet  bool // reading needs credentials, too
	// Engine has the suites; nil is one that cannot be reached.
	Engine  Engine
	Address string // of the engine, "localhost:3141", as ping shows it
	Now     func() time.Time
}

// Tokens is the operator's list of tokens; *tokenfile.File is one.
type Tokens interface {
	// Verify says whether a token is on the list and in time, and what the list calls it.
	Verify(ctx context.Context, token string) (description string, ok bool, err error)
}

// door is the dialect at work.
type door struct {
	Deps
	statistics statistics
}

// Container returns version 1 of ecFlow's interface, rooted at /v1.
func Container(deps Deps) rest.Container {
	d := &door{Deps: deps, statistics: statistics{since: deps.Now()}}
	return rest.Container{
		Name: "ecflow", Root: Root, Title: "ecFlow suites",
		Doc: "Suites of tasks in the form of ecFlow's REST interface. Reading needs no credentials; what a user changes needs a token of the operator's " +
			"list, an API key or a password, and TLS. `filter` picks a part of any answer: `a.b.c[0]`.",
		Authenticate: d.authenticate,
		Errors:       d.fail,
		Wrap:         wrap,
		Routes:       d.routes(),
	}
}
