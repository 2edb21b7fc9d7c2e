// Package edge is where the gateway meets the network: one port that speaks
// HTTP and HTTPS, limits that hold against slow, large and many clients, and
// the way from credentials to a principal. It is separate so that the doors
// see requests that are already within bounds.
package edge

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Limits bound what one client can take. Zero fields get the default.
type Limits struct {
	HeaderTimeout time.Duration // to the end of a request's header, TLS handshake apart; 10 s
	HeaderBytes   int           // of a request's header, else 431; 64 KiB
	IdleTimeout   time.Duration // between two requests of a connection; 2 min
	StallTimeout  time.Duration // without a byte moving in a body or an answer; 1 min
	Connections   int           // open at once; 10,000
	Drain         time.Duration // for requests under way at shutdown; 10 s
}

func (l Limits) withDefaults() Limits {
	l.HeaderTimeout = cmp.Or(l.HeaderTimeout, 10*time.Second)
	l.HeaderBytes = cmp.Or(l.HeaderBytes, 64<<10)
	l.IdleTimeout = cmp.Or(l.IdleTimeout, 2*time.Minute)
	l.StallTimeout = cmp.Or(l.StallTimeout, time.Minute)
	l.Connections = cmp.Or(l.Connections, 10_000)
	l.Drain = cmp.Or(l.Drain, 10*time.Second)
	return l
}

// Refuse writes a fault for a request that no route will see, in the form of
// the door it was meant for.
type Refuse func(w http.ResponseWriter, r *http.Request, f *fault.Error)

// Config describes a server.
type Config struct {
	Listen  []string // addresses, "127.0.0.1:8080"
	Handler http.Handler
	Refuse  Refuse
	TLS     TLS
	// Origins are those, beside the server's own, whose pages may make
	// browsers change things ("https://hpc.example.org").
	Origins []string
	// CrossOrigin says which requests every site's page may make browsers
	// send; nil: none.
	CrossOrigin func(*http.Request) bool
	// TrustForwarded: a proxy in front sets X-Forwarded-For.
	TrustForwarded bool
	// Bind ends requests with their credentials: it calls end when the facts
	// do not stand any more. nil: they do not end.
	Bind func(facts who.Facts, end context.CancelCauseFunc) (release func())
	// Certificate tells the client certificate of a request; nil: there are none.
	Certificate func(*http.Request) *authapi.Certificate
	Limits      Limits
	Log         *slog.Logger
}
