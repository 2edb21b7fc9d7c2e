package gateway

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/gateway/internal/docs"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/miniapps"
	"github.com/heddle-dev/heddle/services/gateway/internal/native"
	"github.com/heddle-dev/heddle/services/gateway/internal/oauth"
	"github.com/heddle-dev/heddle/services/gateway/internal/site"
)

// openApps makes what takes programs in.
func (s *Service) openApps(prover edge.Prover) error {
	allowed, err := prefixes(s.cfg.AppNetworks)
	if err != nil {
		return err
	}
	cfg := miniapps.Config{Networks: allowed, Replicas: s.cfg.Replicas, URL: s.told}
	if s.cfg.TrustClientHeader != "" {
		cfg.Hide = []string{s.cfg.TrustClientHeader}
	}
	s.apps, err = miniapps.New(cfg, miniapps.Deps{
		NATS: s.deps.NATS, Prover: prover, Profiles: s.backend.Profiles, Browsers: s.browsers(), URLs: s.base,
		SignIn: oauth.LoginFor, Listing: http.HandlerFunc(s.listing), Standard: http.HandlerFunc(s.standard), Renew: s.core4Tokens().Renew,
		Errors: site.WriteError, Log: s.deps.Log, Now: s.deps.Now,
	})
	return err
}

// runApps takes programs in until ctx ends. Without NATS there is nobody to
// take in.
func (s *Service) runApps(ctx context.Context) {
	if err := s.apps.Run(ctx); err != nil {
		s.deps.Log.Error("programs cannot join", "err", err)
	}
}

// told is where programs tell their users that the gateway is.
func (s *Service) told() string {
	return strings.TrimRight(cmp.Or(s.cfg.ExternalURL, "http://"+s.Addrs()[0]), "/")
}

// listed are the doors and the programs that have joined, for listings.
func (s *Service) listed() []native.App {
	var out []native.App
	for _, c := range s.doors {
		if cards := c.Listing(); len(cards) > 0 && c.Root != "" {
			out = append(out, native.App{Kind: native.KindDoor, Name: c.Name, Root: c.Root, Title: c.Title, Cards: cards})
		}
	}
	for _, a := range s.apps.List() {
		out = append(out, native.App{
			Kind: native.KindApp, Name: a.Name, Root: a.Root, Title: a.Title, Owner: a.Owner, Instances: a.Instances, Cards: a.Cards,
		})
	}
	return out
}

// programs are the cards of those that have joined, for the first page.
func (s *Service) programs() []site.Program {
	var out []site.Program
	for _, a := range s.apps.List() {
		for _, c := range a.Cards {
			out = append(out, site.Program{Card: c, Owner: a.Owner})
		}
	}
	return out
}

// describedPrograms are those that have a description in OpenAPI.
func (s *Service) describedPrograms() []docs.Program {
	var out []docs.Program
	for _, a := range s.apps.List() {
		if a.OpenAPI != "" {
			out = append(out, docs.Program{Title: a.Title, Path: a.OpenAPI})
		}
	}
	return out
}

// own are the roots that no program may take: the first segment of each path of
// the gateway's tables, since nothing else may answer within a door.
func own(routes []rest.RouteInfo) []string {
	var out []string
	for _, r := range routes {
		first, _, _ := strings.Cut(strings.TrimPrefix(r.Pattern, "/"), "/")
		if root := "/" + first; first != "" && first[0] != '{' && !slices.Contains(out, root) {
			out = append(out, root)
		}
	}
	return out
}

func prefixes(texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, t := range texts {
		p, err := netip.ParsePrefix(t)
		if err != nil {
			return nil, fmt.Errorf("app-networks are networks such as 10.0.0.0/8, not %q", t)
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// Endpoints are what the gateway answers to over NATS, each with its rule.
func Endpoints() []natsrpc.Endpoint { return (*miniapps.Service)(nil).Endpoints() }
