// Package miniapps lets other people's programs be a part of the gateway: it
// takes their registrations over NATS, keeps them as long as they are renewed,
// and sends them the requests for their paths, of callers whom the gateway has
// found out and let in. It is separate from the doors because what it serves
// is known at run time only.
package miniapps

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// Config is how mini applications are taken in.
type Config struct {
	// Networks are those in which a program may listen.
	Networks []netip.Prefix
	// Hide names headers that say who a caller is, beside those that every
	// gateway knows: no program gets to see them.
	Hide     []string
	Replicas int           // servers that keep the leases
	URL      func() string // how people reach the gateway, told to programs
}

// Deps is what the package needs of the gateway. All fields are required.
type Deps struct {
	NATS     *nats.Conn
	Prover   edge.Prover
	Profiles authapi.Profiles // who may register what
	Browsers *browser.Browsers
	URLs     func(*http.Request) string // how clients reach this server
	// Listing answers in place of those who have handlers of core4, when their
	// listings are asked for: it is of all that there are.
	Listing http.Handler
	// Standard answers in place of those who have handlers of core4 what is in
	// every container: where one signs in and out, and one's profile.
	Standard http.Handler
	// Renew gives callers of those who have handlers of core4 a new token, in the
	// headers of the answer, if theirs is no longer fresh.
	Renew  func(answer http.Header, r *http.Request, p edge.Proven)
	SignIn func(next string) string // the path where people sign in, and that leads back to next
	Errors func(http.ResponseWriter, *http.Request, *fault.Error)
	Log    *slog.Logger
	Now    func() time.Time
}

// Service is the mini applications of one replica of the gateway.
type Service struct {
	Config
	Deps
	leases leases
	table  *table
	proxy  *proxy
	doors  []string // roots that no program may take

	serving atomic.Pointer[serving]
	served  turns // of serving
	ready   chan struct{}
	once    sync.Once
}

// New returns the service. It serves nothing until Run runs.
func New(cfg Config, deps Deps) (*Service, error) {
	js, err := jetstream.New(deps.NATS)
	if err != nil {
		return nil, err
	}
	s := &Service{Config: cfg, Deps: deps, leases: leases{js: js, replicas: cfg.Replicas}, table: newTable(), ready: make(chan struct{})}
	s.proxy = newProxy(s)
	s.serving.Store(&serving{})
	return s, nil
}

// Reserve keeps the roots of the gateway's own for the gateway. It must be
// called before Run.
func (s *Service) Reserve(roots []string) { s.doors = roots }

// Ready is closed when the living programs are known.
func (s *Service) Ready() <-chan struct{} { return s.ready }

// Endpoints is where programs register. It is public, since the registration
// itself says who sends it.
func (s *Service) Endpoints() []natsrpc.Endpoint {
	return []natsrpc.Endpoint{natsrpc.Handle(miniapp.Subject, who.Public, s.register)}
}

// Run takes registrations in and follows those of other replicas until ctx
// ends.
func (s *Service) Run(ctx context.Context) error {
	server, err := natsrpc.Serve(ctx, s.NATS, natsrpc.Config{Name: "gateway", Workers: 64, Log: s.Log}, s.Endpoints())
	if err != nil {
		return err
	}
	defer func() {
		stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		_ = server.Stop(stop) // programs ask again, at another replica
	}()
	return s.follow(ctx)
}

// Around sends requests to the programs whose paths they are for, and all
// others on.
func (s *Service) Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if now := s.serving.Load(); now.server != nil && now.server.Has(r) {
			now.server.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Serves reports whether a path, which may have a query, is a program's.
func (s *Service) Serves(path string) bool {
	now := s.serving.Load()
	u, err := url.Parse(path)
	return err == nil && now.server != nil && now.server.Has(&http.Request{URL: u})
}

// errGone ends requests to a program that is not there any more.
var errGone = errors.New("the program's lease has ended")
