package edge

import (
	"context"
	"net/http"
	"net/netip"
	"strings"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

type peerKey struct{}

// Peer is what the server saw of a request's connection.
func Peer(r *http.Request) authapi.Peer {
	if p, ok := r.Context().Value(peerKey{}).(authapi.Peer); ok {
		return p
	}
	return authapi.Peer{Address: address(r, false)}
}

// WithPeer returns a context that carries what was seen of the connection.
func WithPeer(ctx context.Context, p authapi.Peer) context.Context {
	return context.WithValue(ctx, peerKey{}, p)
}

// peer looks at a request once, before any door does.
func (s *Server) peer(r *http.Request) authapi.Peer {
	p := authapi.Peer{Address: address(r, s.forwarded)}
	if s.certificate != nil {
		p.Certificate = s.certificate(r)
	}
	return p
}

// address is where the request comes from: with a trusted proxy in front, the
// last hop that it names, since a client can write the others.
func address(r *http.Request, forwarded bool) string {
	if forwarded {
		if a, ok := lastHop(r.Header.Values("X-Forwarded-For")); ok {
			return authapi.Network(a)
		}
	}
	a, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return authapi.Network(a.Addr())
}

// lastHop reads an address with or without a port, as proxies write both.
func lastHop(values []string) (netip.Addr, bool) {
	if len(values) == 0 {
		return netip.Addr{}, false
	}
	hops := strings.Split(values[len(values)-1], ",")
	hop := strings.TrimSpace(hops[len(hops)-1])
	if p, err := netip.ParseAddrPort(hop); err == nil {
		return p.Addr(), true
	}
	a, err := netip.ParseAddr(strings.Trim(hop, "[]"))
	return a, err == nil
}
