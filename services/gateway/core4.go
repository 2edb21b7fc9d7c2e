package gateway

import (
	"net/http"
	"os"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/messages"
	"github.com/heddle-dev/heddle/services/gateway/internal/userdata"
)

// core4 is the door of core4's clients.
func (s *Service) core4(prover edge.Prover) ([]rest.Container, error) {
	cross := http.NewCrossOriginProtection()
	for _, origin := range s.origins() {
		_ = cross.AddTrustedOrigin(origin) // if it is none, the edge says so at the start
	}
	c := s.cfg.Core4
	settings, err := app.Settings(c.Settings, os.Environ())
	if err != nil {
		return nil, err
	}
	kinds, err := s.core4Jobs()
	if err != nil {
		return nil, err
	}
	users, err := userdata.New(s.deps.NATS, userdata.Users, s.cfg.Replicas)
	if err != nil {
		return nil, err
	}
	documents, err := userdata.New(s.deps.NATS, userdata.Documents, s.cfg.Replicas)
	if err != nil {
		return nil, err
	}
	if s.seen, err = s.openSeen(kinds); err != nil {
		return nil, err
	}
	said, err := messages.New(s.deps.NATS, c.Channels.kept(s.cfg.Replicas))
	if err != nil {
		return nil, err
	}
	return core4.Containers(core4.Deps{
		Backend: s.backend, Prover: prover, Cross: cross, Peer: edge.Peer, URLs: s.base, Version: s.cfg.Version,
		Now: s.deps.Now, Log: s.deps.Log, Config: settings,
		Tokens: s.core4Tokens(), LoginRedirect: c.LoginRedirect, AllowOrigin: c.AllowOrigin, Contact: c.Contact, Demo: s.cfg.Demo,
		Events: s.events, Jobs: kinds, Users: users, Documents: documents, AvatarLimit: c.AvatarLimit, Outputs: s.outputs, Closing: s.closing,
		Joined: s.joined, FirstSeen: s.seen.At,
		Messages: said, Channels: c.Channels.limits(), ChannelPermissions: c.Channels.Permissions,
	})
}

// core4Tokens are for core4's door and for programs of its handlers.
func (s *Service) core4Tokens() core4.Tokens {
	return core4.Tokens{Core4: s.backend.Core4, URLs: s.base, Now: s.deps.Now, Log: s.deps.Log, Refresh: s.cfg.Core4.TokenRefresh}
}

// core4Jobs are the kinds of jobs that core4's clients may start.
func (s *Service) core4Jobs() (jobdef.Set, error) {
	if s.cfg.Core4.Jobs == "" && s.cfg.Demo {
		return jobdef.Of(jobdef.Demo()...)
	}
	return jobdef.Load(s.cfg.Core4.Jobs)
}
