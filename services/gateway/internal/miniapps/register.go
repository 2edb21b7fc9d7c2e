package miniapps

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/perm"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// Door is what a program may register with.
var Door = edge.Door{Bearer: true, Accept: []authapi.Kind{authapi.KindAPIKey}, Scoped: true}

// register judges a registration and, if it is good, lengthens the program's
// lease. Nothing that the message says of its sender is believed but the token.
func (s *Service) register(ctx context.Context, r miniapp.Registration) (miniapp.Lease, error) {
	if err := r.Validate(); err != nil {
		return miniapp.Lease{}, err
	}
	owner, err := s.owner(ctx, r)
	if err != nil {
		return miniapp.Lease{}, err
	}
	known, lives := s.table.get(r.Instance)
	switch {
	case lives && known.Owner != owner.ID:
		return miniapp.Lease{}, fault.New(fault.Conflict, "app.instance_taken", "The instance is somebody else's.")
	case r.Leave && !lives:
		return miniapp.Lease{}, nil // it is not ours to say whose it is, and it ends by itself
	case r.Leave:
		return miniapp.Lease{}, s.end(ctx, known)
	}
	e := entry{Registration: r, Owner: owner.ID, OwnerName: owner.Name, Trusted: owner.Operator()}
	e.Token = ""
	if err := s.fits(ctx, e); err != nil {
		return miniapp.Lease{}, err
	}
	return miniapp.Lease{For: miniapp.Term, Renew: miniapp.Renew, URL: s.URL()}, s.lend(ctx, e)
}

// owner is whose the token is, if they may run these containers here.
func (s *Service) owner(ctx context.Context, r miniapp.Registration) (who.Principal, error) {
	ctx = who.With(ctx, who.Principal{})
	asked := (&http.Request{Method: http.MethodPost, URL: &url.URL{}, Header: http.Header{"Authorization": {"Bearer " + string(r.Token)}}}).WithContext(ctx)
	proven, err := s.Prover.Prove(Door, asked)
	if err != nil {
		return who.Principal{}, err
	}
	p := proven.Principal
	if p.Operator() {
		return p, nil
	}
	account, err := s.Profiles.Me(who.With(ctx, p), authapi.Empty{})
	if err != nil {
		return who.Principal{}, err
	}
	held := perm.Compile(account.PermissionsTotal)
	for _, a := range r.Apps {
		if !held.App("join" + a.Root) {
			return who.Principal{}, fault.New(fault.Denied, "app.denied",
				"%s may not run a program at %s: an operator has to give them the permission %s.", p.Name, a.Root, "app://join"+a.Root)
		}
	}
	return p, nil
}

// fits judges what the program wants against what there is.
func (s *Service) fits(ctx context.Context, e entry) error {
	at, err := miniapp.Address(e.URL)
	if err != nil {
		return fault.New(fault.Invalid, "app.invalid", "The URL %v.", err)
	}
	if !s.reachable(at.Addr()) {
		return fault.New(fault.Denied, "app.network", "No program may listen at %s: the gateway's setting app-networks does not allow it.", at.Addr())
	}
	if strings.HasPrefix(e.URL, "http:") && !at.Addr().Unmap().IsLoopback() {
		return fault.New(fault.Denied, "app.plain", "%s is on another machine, and its address is http: announce it with https, which rest.Serve does by itself.", at.Addr())
	}
	if err := s.table.room(e.Instance, e.Owner); err != nil {
		return err
	}
	for _, a := range e.Apps {
		if err := s.free(a.Root, e.Owner); err != nil {
			return err
		}
		if _, err := rest.NewServer(s.Log, s.container(a, nil)); err != nil {
			return fault.New(fault.Invalid, "app.invalid", "The table of %s is not right: %v", a.Root, err)
		}
	}
	if known, ok := s.table.get(e.Instance); ok && known.URL == e.URL && known.Key == e.Key && known.Pin == e.Pin {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, challengeTimeout)
	defer cancel()
	err = miniapp.Challenge(ctx, s.proxy.client(e.Pin), e.URL, e.Key)
	switch {
	case errors.Is(err, miniapp.ErrPin):
		return fault.Wrap(err, fault.Invalid, "app.identity", "What answers at %s does not have the key that was registered. Does something between it and the gateway end TLS?", e.URL)
	case err != nil:
		return fault.Wrap(err, fault.Invalid, "app.unreachable", "The gateway does not find the program at %s. Is that where it listens, as seen from the gateway?", e.URL)
	}
	return nil
}

const challengeTimeout = 2 * time.Second

// reserved are roots that the gateway will have some day.
var reserved = []string{"/api", "/v1", "/console", "/static", "/filecatalogue"}

// free refuses a root that is a door's or somebody else's, or a part of one,
// or around one.
func (s *Service) free(root, owner string) error {
	overlaps := func(other string) bool { return under(root, other) || under(other, root) }
	if slices.ContainsFunc(s.doors, overlaps) || slices.ContainsFunc(reserved, overlaps) {
		return fault.New(fault.Conflict, "app.root_is_a_door", "The root %s belongs to the gateway itself; choose another.", root)
	}
	if s.table.others(owner, overlaps) {
		return taken(root)
	}
	return nil
}

func taken(root string) error {
	return fault.New(fault.Conflict, "app.root_taken", "The root %s belongs to somebody else's program, which is running.", root)
}

// lend writes the lease where every replica sees it, and returns when this one
// serves it: a program that says that it is ready can be asked.
func (s *Service) lend(ctx context.Context, e entry) error {
	for _, a := range e.Apps {
		if err := s.leases.claim(ctx, a.Root, e.Owner); err != nil {
			return err
		}
	}
	if err := s.leases.put(ctx, e); err != nil {
		return err
	}
	want := fingerprint(e)
	return s.served.until(ctx, func() bool { return s.table.has(e.Instance, want) })
}

// end ends a lease, and returns when this replica serves the program no more.
// The roots that no other run of its owner's serves are free at once.
func (s *Service) end(ctx context.Context, e entry) error {
	if err := s.leases.drop(ctx, e.Instance); err != nil {
		return err
	}
	err := s.served.until(ctx, func() bool {
		_, lives := s.table.get(e.Instance)
		return !lives
	})
	for _, a := range e.Apps {
		if err == nil && !s.table.serves(a.Root) {
			err = s.leases.release(ctx, a.Root, e.Owner)
		}
	}
	return err
}
