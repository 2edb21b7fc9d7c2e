// Package gateway is the edge: it composes the REST APIs out of the services,
// and keeps no state but sessions and what users prefer. Any number of
// replicas may run.
package gateway

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge/cert"
	"github.com/heddle-dev/heddle/services/gateway/internal/firstseen"
	"github.com/heddle-dev/heddle/services/gateway/internal/miniapps"
	"github.com/heddle-dev/heddle/services/gateway/internal/outputs"
	"github.com/heddle-dev/heddle/services/gateway/internal/revocation"
	"github.com/heddle-dev/heddle/services/gateway/internal/session"
	"github.com/heddle-dev/heddle/services/gateway/internal/sitetoken"
	"github.com/heddle-dev/heddle/services/gateway/internal/tokenfile"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Service is one replica.
type Service struct {
	cfg       Config
	deps      Deps
	backend   backend.Backend
	cert      *cert.Source
	tokens    *sitetoken.Issuer // signed with the certificate's key
	sessions  *session.Keeper
	standing  *revocation.Set // of credentials
	ecfTokens *tokenfile.File // ecFlow's tokens
	events    *events
	outputs   *outputs.Hub
	apps      *miniapps.Service
	seen      *firstseen.Book // since when there is what listings show
	began     time.Time
	caller    *http.Client // for addresses that users give
	kinds     []string     // of jobs that core4's clients may start
	doors     []rest.Container
	table     *rest.Server
	server    *edge.Server
	routes    []rest.RouteInfo
	keys      once // the keys of access tokens were there
	ready     chan struct{}
	closing   chan struct{}
	end       func() // gives back what New took
}

// New binds the addresses, so that Addrs is known; Run answers. It waits for
// nobody: NATS, the services and Redis may come later.
func New(cfg Config, deps Deps) (*Service, error) {
	cfg = cfg.filled()
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if deps.NATS == nil || deps.Log == nil || cfg.DataDir == "" {
		return nil, errors.New("gateway: a NATS connection, a log and a data directory are required")
	}
	if deps.Now == nil {
		deps.Now = time.Now
	}
	s := &Service{
		cfg: cfg, deps: deps,
		backend: reach(deps.NATS),
		events:  &events{log: deps.Log}, began: deps.Now(),
		ready: make(chan struct{}), closing: make(chan struct{}),
	}
	s.outputs = outputs.New(outputs.Config{Jobs: s.backend.Jobs, Bytes: s.backend.Bytes, Log: deps.Log})
	s.standing = revocation.New(s.backend.Standing, deps.Log)
	s.ecfTokens = tokenfile.Open(cfg.Ecflow.TokensFile, deps.Log)
	if err := s.open(); err != nil {
		return nil, err
	}
	return s, nil
}

// open makes what can fail.
func (s *Service) open() error {
	store, end, err := s.openSessions()
	if err != nil {
		return err
	}
	s.end, s.sessions = end, session.NewKeeper(store, s.standing, s.cfg.SessionLifetime, s.deps.Now)
	if s.caller, err = caller(s.cfg.Outbound); err == nil {
		err = s.listen()
	}
	if err != nil {
		end()
		return err
	}
	return nil
}

func (s *Service) listen() error {
	var err error
	s.cert, err = cert.Open(cert.Config{
		Dir: filepath.Join(s.cfg.DataDir, "tls"), CertFile: s.cfg.TLSCert, KeyFile: s.cfg.TLSKey, Names: s.cfg.TLSNames, Now: s.deps.Now,
	})
	if err != nil {
		return err
	}
	s.tokens = sitetoken.New(s.cert, s.backend.Standing)
	clients, err := s.clientCertificates()
	if err != nil {
		return err
	}
	prover := s.prover()
	if err := s.openApps(prover); err != nil {
		return err
	}
	containers, err := s.containers(prover)
	if err != nil {
		return err
	}
	s.doors = containers
	server, err := rest.NewServer(s.deps.Log, containers...)
	if err != nil {
		return err
	}
	s.table, s.routes = server, server.Routes()
	s.apps.Reserve(own(s.routes))
	s.server, err = edge.New(edge.Config{
		Listen: s.cfg.Listen, Handler: s.apps.Around(server), Refuse: refuse(containers), TLS: s.asking(clients), Log: s.deps.Log, Origins: s.origins(), CrossOrigin: server.CrossOrigin,
		TrustForwarded: s.cfg.TrustForwarded, Certificate: clients.Take, Bind: s.standing.Bind,
		Limits: edge.Limits{Connections: s.cfg.MaxConnections, Drain: s.cfg.Drain},
	})
	return err
}

// Addrs are the addresses that are listened on, in the order of the
// configuration, with the ports that were found for ":0".
func (s *Service) Addrs() []string {
	var out []string
	for _, a := range s.server.Addrs() {
		out = append(out, a.String())
	}
	return out
}

// CAFile is the certificate of the authority that clients have to trust, or
// "" if the operator supplies the server's certificate.
func (s *Service) CAFile() string { return s.cert.CAFile() }

// Routes lists every route with its access rule.
func (s *Service) Routes() []rest.RouteInfo { return s.routes }

// Route tells which route a request is for; false means that it is for none.
func (s *Service) Route(r *http.Request) (rest.RouteInfo, bool) { return s.table.Route(r) }

// Run answers until ctx ends; then it drains and returns nil. Before the
// services are there it answers with 503. It must be called once.
func (s *Service) Run(ctx context.Context) error {
	defer s.end()
	inner, cancel := context.WithCancel(ctx)
	var parts sync.WaitGroup
	defer parts.Wait()
	defer cancel()
	parts.Go(func() { <-inner.Done(); close(s.closing) })
	parts.Go(func() {
		s.events.run(inner, s.deps.NATS, esnats.Config{
			Stream: jobsapi.Stream, Subject: jobsapi.EventsAll, Replicas: s.cfg.Replicas})
	})
	parts.Go(func() { s.followAuth(inner) })
	parts.Go(func() { s.tell(inner) })
	apps, endApps := context.WithCancel(context.WithoutCancel(ctx))
	defer endApps() // when the requests to them are over
	parts.Go(func() { s.runApps(apps) })
	parts.Go(func() { s.noteHandlers(inner) })
	parts.Go(func() { _ = s.ecfTokens.Run(inner) }) // ends with inner
	parts.Go(func() { s.await(inner) })
	return s.server.Run(inner)
}

// base is how clients reach this server.
func (s *Service) base(r *http.Request) string {
	return edge.External{URL: s.cfg.ExternalURL, TrustForwarded: s.cfg.TrustForwarded}.Base(r)
}

// origins is the server's own origin as browsers see it through a proxy.
func (s *Service) origins() []string {
	u, err := url.Parse(s.cfg.ExternalURL)
	if err != nil || u.Host == "" {
		return nil
	}
	return []string{u.Scheme + "://" + u.Host}
}
