package outbound

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"
)

// RefusedError says that a URL leads to where the configuration lets nobody
// through. It does not tell the address, which may be a secret of the site.
type RefusedError struct {
	Host string // as the URL has it
	Kind string // of its address: loopback, private, link-local, multicast, metadata, reserved, unspecified
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s has a %s address, and HEDDLE_OUTBOUND_ALLOW does not allow it", e.Host, e.Kind)
}

// Refused returns why a request was not let through, nil if it failed otherwise.
func Refused(err error) *RefusedError {
	var r *RefusedError
	if errors.As(err, &r) {
		return r
	}
	return nil
}

// place is what the configuration allows: a network, or a host by name.
type place struct {
	network netip.Prefix
	name    string
	port    uint16 // 0: any
}

func parseAllow(texts []string) ([]place, error) {
	var places []place
	for _, text := range texts {
		p, err := parsePlace(strings.TrimSpace(text))
		if err != nil {
			return nil, fmt.Errorf("outbound-allow: %q is neither a network, nor an address or the name of a host, with or without a port", text)
		}
		places = append(places, p)
	}
	return places, nil
}

var errPlace = errors.New("not a place")

func parsePlace(text string) (place, error) {
	if n, err := netip.ParsePrefix(text); err == nil {
		return place{network: n.Masked()}, nil
	}
	host, port := text, uint64(0)
	if h, p, err := net.SplitHostPort(text); err == nil {
		host = h
		if port, err = strconv.ParseUint(p, 10, 16); err != nil || port == 0 {
			return place{}, errPlace
		}
	}
	if a, err := netip.ParseAddr(host); err == nil {
		a = a.Unmap()
		return place{network: netip.PrefixFrom(a, a.BitLen()), port: uint16(port)}, nil
	}
	if host == "" || strings.ContainsAny(host, ":/*@[] ") || strings.Trim(host, "0123456789.") == "" {
		return place{}, errPlace
	}
	return place{name: canonical(host), port: uint16(port)}, nil
}

func canonical(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

func (p place) holds(host string, a netip.AddrPort) bool {
	if p.port != 0 && p.port != a.Port() {
		return false
	}
	if p.name != "" {
		return p.name == host
	}
	return p.network.Contains(a.Addr())
}

// guard makes connections, to where it is allowed only.
type guard struct {
	allow  []place
	dialer net.Dialer
}

// dial looks the host up once, and judges each address that a connection is
// tried to.
func (g *guard) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := g.dialer
	d.ControlContext = func(_ context.Context, _, at string, _ syscall.RawConn) error {
		return g.judge(host, at)
	}
	return d.DialContext(ctx, network, address)
}

func (g *guard) judge(host, at string) error {
	to, err := netip.ParseAddrPort(at)
	if err != nil {
		return &RefusedError{Host: host, Kind: "unspecified"}
	}
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	what := kind(to.Addr())
	if what == "" {
		return nil
	}
	name := canonical(host)
	for _, p := range g.allow {
		if p.holds(name, to) {
			return nil
		}
	}
	return &RefusedError{Host: host, Kind: what}
}
