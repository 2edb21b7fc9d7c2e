package miniapps

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/pkg/who/remember"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

const (
	// answerTimeout is how long a program may take to begin its answer.
	answerTimeout = 2 * time.Minute
	// idleTimeout is less than a program keeps its end open.
	idleTimeout = 90 * time.Second
	dialTimeout = 2 * time.Second
	idlePerApp  = 256
)

// proxy sends requests to programs.
type proxy struct {
	*Service
	signer *miniapp.Signer
	dialer *net.Dialer
	base   http.RoundTripper // to those of this machine, who speak without TLS
	http   *httputil.ReverseProxy

	remembered *remember.Memory[string, []string] // permissions, by user id
}

func newProxy(s *Service) *proxy {
	p := &proxy{Service: s, signer: miniapp.NewSigner(), remembered: remember.New[string, []string](maxRemembered, s.Now)}
	p.dialer = &net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second, ControlContext: p.onlyAllowed}
	p.base = p.transport("")
	// It flushes each piece of an answer whose length is not known beforehand.
	p.http = &httputil.ReverseProxy{
		Rewrite: p.rewrite, Transport: roundTripper{p}, ModifyResponse: p.tame, BufferPool: buffers{},
		ErrorHandler: func(_ http.ResponseWriter, r *http.Request, err error) { flightOf(r.Context()).err = err },
		ErrorLog:     slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	return p
}

// transport reaches programs: with a pin over TLS, and only who has its key.
func (p *proxy) transport(pin string) *http.Transport {
	t := &http.Transport{
		DialContext: p.dialer.DialContext, MaxIdleConnsPerHost: idlePerApp, IdleConnTimeout: idleTimeout, TLSHandshakeTimeout: dialTimeout,
		ResponseHeaderTimeout: answerTimeout, DisableCompression: true, MaxResponseHeaderBytes: 256 << 10,
	}
	if pin != "" {
		t.TLSClientConfig = miniapp.Pinned(pin)
	}
	return t
}

// client looks whether a program is there, once.
func (p *proxy) client(pin string) *http.Client {
	t := p.transport(pin)
	t.DisableKeepAlives = true
	return &http.Client{Transport: t, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// reachable reports whether programs may listen at an address.
func (s *Service) reachable(a netip.Addr) bool {
	for _, n := range s.Networks {
		if n.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}

// onlyAllowed keeps every connection inside the networks that are allowed.
func (p *proxy) onlyAllowed(_ context.Context, _, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || !p.reachable(at.Addr()) {
		return errors.New("no program may listen there")
	}
	return nil
}

// flight is one request on its way to an app.
type flight struct {
	app    *app
	caller miniapp.Caller
	base   string // how the client reached the gateway
	person bool   // asks, and wants a page
	err    error
}

type flightKey struct{}

func flightOf(ctx context.Context) *flight {
	f, _ := ctx.Value(flightKey{}).(*flight)
	return f
}

// send hands a request over and its answer back. The rule of its route has let
// the caller in.
func (p *proxy) send(w http.ResponseWriter, r *http.Request, a *app) error {
	known := edge.From(r.Context())
	f := &flight{app: a, caller: miniapp.Caller{Principal: known.Principal}, base: p.URLs(r), person: page.Wanted(r)}
	switch {
	case known.Resolved != nil:
		f.caller.Permissions = known.Resolved.Permissions
	case a.Permissions:
		f.caller.Permissions = p.permissions(r.Context(), known.Principal)
	}
	p.http.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), flightKey{}, f)))
	if f.err == nil {
		return nil
	}
	return explain(r.Context(), f)
}

// explain says why there is no answer.
func explain(ctx context.Context, f *flight) error {
	var dial *net.OpError
	switch {
	case errors.Is(f.err, errUnknown):
		return errUnknown
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.Is(f.err, miniapp.ErrPin):
		return fault.Wrap(f.err, fault.Unavailable, "app.identity", "What answers in the place of %s is not it.", f.app.Title).WithStatus(http.StatusBadGateway)
	case errors.Is(f.err, errGone):
		return fault.Wrap(f.err, fault.Unavailable, "app.gone", "%s has ended while it was at work. What became of the request is unknown.", f.app.Title).WithRetry(2 * time.Second)
	case errors.As(f.err, &dial) && dial.Op == "dial":
		return fault.Wrap(f.err, fault.Unavailable, "app.away", "%s is not there just now; try again shortly.", f.app.Title).WithRetry(2 * time.Second)
	case errors.Is(f.err, os.ErrDeadlineExceeded), isTimeout(f.err):
		return fault.Wrap(f.err, fault.Timeout, "app.slow", "%s does not answer.", f.app.Title)
	default:
		return fault.Wrap(f.err, fault.Unavailable, "app.broken", "%s has broken off. What became of the request is unknown.", f.app.Title).WithStatus(http.StatusBadGateway)
	}
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// buffers are those that answers are copied with.
type buffers struct{}

var pool = sync.Pool{New: func() any { b := make([]byte, 32<<10); return &b }}

func (buffers) Get() []byte  { return *pool.Get().(*[]byte) }
func (buffers) Put(b []byte) { pool.Put(&b) }
