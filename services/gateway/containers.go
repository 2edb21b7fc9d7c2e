package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/run"
	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser"
	"github.com/heddle-dev/heddle/services/gateway/internal/dirac"
	"github.com/heddle-dev/heddle/services/gateway/internal/docs"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/native"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth"
	"github.com/heddle-dev/heddle/services/gateway/internal/site"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore"
	"github.com/heddle-dev/heddle/services/gateway/internal/userdata"
)

// containers are the doors: the APIs, their documentation, and the root.
func (s *Service) containers(prover edge.Prover) ([]rest.Container, error) {
	core4, err := s.core4(prover)
	if err != nil {
		return nil, err
	}
	targets, err := userdata.New(s.deps.NATS, userdata.Targets, s.cfg.Replicas)
	if err != nil {
		return nil, err
	}
	unicores := unicore.Deps{
		Kept: targets, Sites: append([]string{s.cfg.Site}, s.cfg.UnicoreSites...),
		Site: s.cfg.Site, Version: s.cfg.Version, Backend: s.backend, Prover: prover, Sessions: s.sessions, URLs: s.base,
		Certificate: s.cert.PEM, Issuer: s.tokens, Now: s.deps.Now, Log: s.deps.Log, Methods: s.cfg.UnicoreMethods,
	}
	diracs := dirac.Deps{Backend: s.backend, Prover: prover, Now: s.deps.Now, Log: s.deps.Log,
		OwnOnly: s.cfg.DiracOwnOnly, MaxParametric: s.cfg.DiracMaxParametric,
		Address: func(r *http.Request) string { return edge.Peer(r).Address }}
	apis := []rest.Container{
		native.Container(native.Deps{
			Backend: s.backend, Events: s.events, Outputs: s.outputs, Prover: prover, URLs: s.base,
			Document: s.document, Closing: s.closing, Apps: s.listed,
		}),
		unicore.Container(unicores), unicore.Workflows(unicores), unicore.Registry(unicores),
		dirac.Container(diracs), dirac.Sandboxes(diracs),
		s.ecflow(prover),
	}
	for _, name := range s.cfg.UnicoreSites {
		further := unicores
		further.Site = name
		apis = append(apis, unicore.Container(further), unicore.Workflows(further), unicore.Registry(further))
	}
	if s.cfg.Demo {
		demo, err := dirac.Demo(context.Background(), diracs)
		if err != nil {
			return nil, err
		}
		apis = append(apis, demo)
	}
	signIn := s.signIn(prover)
	apis = append(apis, oauth.Containers(signIn)...)
	root := site.Deps{
		Prover: prover, URLs: s.base, Documents: oauth.WellKnown(signIn),
		Doors: slices.Insert(slices.Clone(apis), 1, core4[0]), Checks: s.checks(), Metrics: s.deps.Metrics, Programs: s.programs,
	}
	if s.cert.CAFile() != "" {
		root.Authority = s.cert.Authority
	}
	return append(append(core4, apis...),
		docs.Container(docs.Deps{APIs: apis, Programs: s.describedPrograms, URLs: s.base, Document: s.document}),
		site.Container(root)), nil
}

// signIn is what people and applications sign in with.
func (s *Service) signIn(prover edge.Prover) oauth.Deps {
	return oauth.Deps{
		Backend: s.backend, Prover: prover, URLs: s.base, Issuer: s.cfg.Issuer, PublicSetups: s.cfg.PublicSetups, Now: s.deps.Now,
		Browsers: s.browsers(), Pages: s.apps.Serves,
	}
}

// browsers knows the browsers of those who have signed in.
func (s *Service) browsers() *browser.Browsers {
	return browser.New(browser.Config{Sessions: s.sessions, Secure: s.secure, Now: s.deps.Now})
}

// secure tells whether a request came over TLS, maybe that of a proxy.
func (s *Service) secure(r *http.Request) bool {
	return r.TLS != nil || strings.HasPrefix(s.base(r), "https:")
}

// prover judges credentials for all doors.
func (s *Service) prover() edge.Prover {
	return edge.NewProver(edge.Proofs{Tokens: s.verifier(), Credentials: s.backend.Credentials, Standing: s.standing, Now: s.deps.Now, Server: s.tokens.Name})
}

func (s *Service) verifier() *oidcverify.Verifier {
	return oidcverify.NewVerifier(oidcverify.Config{
		Issuer: s.cfg.Issuer, Audience: authapi.Audience, Now: s.deps.Now,
		Keys: func(ctx context.Context) (json.RawMessage, error) { return s.backend.Auth.Keys(ctx, authapi.Empty{}) },
	})
}

// checks say whether this replica can do its work.
func (s *Service) checks() []run.Check {
	return []run.Check{
		{Name: "NATS", Err: func() error {
			if !s.deps.NATS.IsConnected() {
				return errors.New("is not connected")
			}
			return nil
		}},
		{Name: "access tokens", Err: func() error {
			if !s.keys.isSet() {
				return errors.New("their keys are not there yet")
			}
			return nil
		}},
		run.CheckReady("what was revoked", s.standing.Ready()),
		run.CheckReady("programs that have joined", s.apps.Ready()),
		run.CheckReady("events", s.events.ready()),
	}
}

// refuse answers requests that no route sees in the form of the container
// whose root they were sent to.
func refuse(containers []rest.Container) edge.Refuse {
	return func(w http.ResponseWriter, r *http.Request, f *fault.Error) {
		var door rest.Container
		for _, c := range containers {
			if len(c.Root) >= len(door.Root) && strings.HasPrefix(r.URL.Path+"/", c.Root+"/") {
				door = c
			}
		}
		if door.Errors == nil {
			rest.Problem(w, r, f)
			return
		}
		door.Errors(w, r, f)
	}
}
