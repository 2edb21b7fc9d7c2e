package gateway

import (
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// core4 is the door of core4's clients.
func (s *Service) core4(prover edge.Prover) []rest.Container {
	cross := http.NewCrossOriginProtection()
	for _, origin := range s.origins() {
		_ = cross.AddTrustedOrigin(origin) // if it is none, the edge says so at the start
	}
	c := s.cfg.Core4
	return core4.Containers(core4.Deps{
		Backend: s.backend, Prover: prover, Cross: cross, Peer: edge.Peer, URLs: s.base, Version: s.cfg.Version,
		Now: s.deps.Now, Log: s.deps.Log,
		Refresh: c.TokenRefresh, LoginRedirect: c.LoginRedirect, AllowOrigin: c.AllowOrigin, Contact: c.Contact, Demo: s.cfg.Demo,
	})
}
