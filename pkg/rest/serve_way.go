package rest

import (
	"context"
	"net"
	"net/http"
)

// way is how a program finds out who asks: alone, or by a gateway.
type way interface {
	// fit makes the containers know their callers.
	fit([]Container) []Container
	// around sees every request before the containers do.
	around(http.Handler) http.Handler
	listen(context.Context) (net.Listener, error)
	// begin is called when requests can be answered. It says where people find
	// the containers; end is called before the listener is closed.
	begin(ctx context.Context, at net.Addr) (base string, end func(), err error)
}

func (p *program) way() way {
	if p.cfg.Join == "" {
		return newAlone(p)
	}
	return newJoined(p)
}
