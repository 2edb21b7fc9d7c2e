package edge

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Server serves a handler within limits.
type Server struct {
	port   *port
	http   *http.Server
	next   http.Handler
	refuse Refuse
	cross  *http.CrossOriginProtection
	limits Limits
	log    *slog.Logger

	crossOrigin func(*http.Request) bool
	bind        func(who.Facts, context.CancelCauseFunc) func()
	forwarded   bool
	certificate func(*http.Request) *authapi.Certificate
}

// New binds the addresses; connections are accepted from now on and answered
// once Run runs.
func New(cfg Config) (*Server, error) {
	s, err := prepare(cfg)
	if err != nil {
		return nil, err
	}
	return s, s.port.listen(cfg.Listen)
}

// prepare makes a server that listens nowhere yet.
func prepare(cfg Config) (*Server, error) {
	cfg.Limits = cfg.Limits.withDefaults()
	p := newPort(cfg)
	s := &Server{
		port: p, next: cfg.Handler, refuse: cfg.Refuse, cross: http.NewCrossOriginProtection(), limits: cfg.Limits, log: cfg.Log,
		crossOrigin: cfg.CrossOrigin, bind: cfg.Bind, forwarded: cfg.TrustForwarded, certificate: cfg.Certificate,
	}
	for _, origin := range cfg.Origins {
		if err := s.cross.AddTrustedOrigin(origin); err != nil {
			return nil, fmt.Errorf("edge: %w", err)
		}
	}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	protocols.SetHTTP2(true)
	s.http = &http.Server{
		Handler: s, Protocols: protocols, TLSConfig: p.tls,
		ReadHeaderTimeout: cfg.Limits.HeaderTimeout, IdleTimeout: cfg.Limits.IdleTimeout,
		MaxHeaderBytes: cfg.Limits.HeaderBytes,
		HTTP2: &http.HTTP2Config{
			MaxConcurrentStreams: 250, WriteByteTimeout: cfg.Limits.StallTimeout,
			SendPingTimeout: 30 * time.Second, PingTimeout: 15 * time.Second,
		},
		ErrorLog:    slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug), // clients' mistakes, not ours
		ConnState:   connState,
		ConnContext: connContext,
	}
	return s, nil
}

// Addrs are the addresses that are listened on, in the order of Listen.
func (s *Server) Addrs() []net.Addr {
	as := make([]net.Addr, len(s.port.raw))
	for i, l := range s.port.raw {
		as[i] = l.Addr()
	}
	return as
}

// Run serves until ctx ends and then drains: no new requests, a while for
// those under way.
func (s *Server) Run(ctx context.Context) error {
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(s.port) }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.limits.Drain)
	defer cancel()
	err := s.http.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		s.log.Warn("requests under way were cut off", "after", s.limits.Drain)
		err = s.http.Close()
	}
	return err
}

// ServeHTTP makes the request fit for the doors.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if g, ok := r.Context().Value(guardKey{}).(*guard); ok {
		g.handling()
		r.TLS = g.tls
	}
	if s.cross.Check(r) != nil && !s.harmless(r) {
		s.refuse(w, r, errCrossOrigin)
		return
	}
	var cut func() // nil: there is no body
	if r.Body != nil && r.Body != http.NoBody {
		b := &body{ReadCloser: r.Body, control: http.NewResponseController(w), stall: s.limits.StallTimeout}
		b.move()
		defer b.move()
		r.Body, cut = b, b.cut
	}
	ctx, release := s.lasting(WithPeer(r.Context(), s.peer(r)), cut)
	defer release()
	s.next.ServeHTTP(w, r.WithContext(ctx))
}

// harmless reports whether a request of another site's page may pass: what it
// says of its sender was put there by that page, and not by the browser.
func (s *Server) harmless(r *http.Request) bool {
	return s.crossOrigin != nil && s.crossOrigin(r) || bearsOnly(r)
}

// bearsOnly reports whether the request's credential is a bearer value in the
// header, which no browser adds by itself. A certificate does not count then.
func bearsOnly(r *http.Request) bool {
	values := r.Header.Values("Authorization")
	if len(values) != 1 {
		return false
	}
	scheme, value, _ := strings.Cut(values[0], " ")
	return strings.EqualFold(scheme, "bearer") && strings.TrimSpace(value) != ""
}

// errCrossOrigin answers browsers that another site makes send a request: they
// may add credentials that they remember, and their users know nothing of it.
var errCrossOrigin = fault.New(fault.Denied, "request.cross_origin", "Another site's page may not do this.").
	WithStatus(http.StatusForbidden)

type guardKey struct{}

func connContext(ctx context.Context, c net.Conn) context.Context {
	if g, ok := c.(*guard); ok {
		return context.WithValue(ctx, guardKey{}, g)
	}
	return ctx
}

func connState(c net.Conn, state http.ConnState) {
	if g, ok := c.(*guard); ok && state == http.StateIdle {
		g.idle()
	}
}
