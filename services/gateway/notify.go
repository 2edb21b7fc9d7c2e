package gateway

import (
	"cmp"
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/es/esnats"
	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/native"
	"github.com/heddle-dev/heddle/services/gateway/internal/notify"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// tokenLife is how long a notification's token is good.
const tokenLife = 5 * time.Minute

// caller is the client for the addresses that jobs' owners give to be told at.
func caller(cfg outbound.Config) (*http.Client, error) {
	cfg.MaxRedirects = -1 // whoever is to be told says where, and nobody else
	return outbound.NewClient(cfg)
}

// tell tells whom the owners of jobs have named, until ctx ends.
func (s *Service) tell(ctx context.Context) {
	journal := openJournal(ctx, s.deps.NATS, s.deps.Log, esnats.Config{
		Stream: jobsapi.Stream, Subject: jobsapi.EventsAll, Replicas: s.cfg.Replicas, TypesOnly: true})
	if journal == nil {
		return
	}
	keep, err := notify.NewKeep(s.deps.NATS, s.cfg.Replicas)
	since, serr := jobsapi.NewNoticesSince(s.deps.NATS, s.cfg.Replicas)
	if err = errors.Join(err, serr); err != nil {
		s.deps.Log.ErrorContext(ctx, "nobody is told of jobs", "err", err)
		return
	}
	ctx = who.With(ctx, who.Component("gateway"))
	notify.New(s.cfg.Notify, notify.Ports{
		Journal: journal, Keep: keep, Since: since.Get, Client: s.caller, Form: s.notification, Sign: s.introduce,
		Note: jobsapi.NewNotes(s.deps.NATS).Note, Now: s.deps.Now, Log: s.deps.Log,
	}).Run(ctx)
}

// notification writes a notice in the form of the door that the job came by.
func (s *Service) notification(n jobsapi.Notice) (notify.Message, error) {
	base := s.address()
	if !unicore.SubmittedHere(n.Job) {
		body, err := native.WriteNotification(n, base)
		return notify.Message{Type: native.NotificationType, Body: body}, err
	}
	site := n.Job.Spec.Site
	if !slices.Contains(s.cfg.UnicoreSites, site) {
		site = s.cfg.Site
	}
	body, err := unicore.Notification(n.Job, unicore.Address(base, site))
	return notify.Message{Type: "application/json", Body: body}, err
}

// introduce makes a token by which a receiver knows this server. It is nobody's
// credential: it names no user, and is for that receiver alone.
func (s *Service) introduce(ctx context.Context, receiver string) (string, error) {
	now := s.deps.Now()
	return s.tokens.Sign(ctx, authapi.SiteClaims{
		Subject: s.tokens.Name(), Audience: receiver, Issued: now.Unix(), Expires: now.Add(tokenLife).Unix(), Delegated: "false",
	})
}

// address is how this server is reached, where no request tells.
func (s *Service) address() string {
	if s.cfg.ExternalURL != "" {
		return strings.TrimRight(s.cfg.ExternalURL, "/")
	}
	host, port, _ := net.SplitHostPort(s.Addrs()[0])
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		name, _ := os.Hostname()
		host = cmp.Or(name, "localhost")
	}
	return "https://" + net.JoinHostPort(host, port)
}
