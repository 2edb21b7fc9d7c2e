package federation

import (
	"crypto/sha256"
	"net/http"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who/remember"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Providers are the configured ones. They are asked when somebody signs in,
// and not before: a provider that is down keeps nobody else out.
type Providers struct {
	list []*upstream
	seen *remember.Memory[[sha256.Size]byte, Identity]
	now  func() time.Time
}

// Options are what a process knows and the configuration does not say.
type Options struct {
	Issuer   string           // our own public address
	Now      func() time.Time // nil: time.Now
	Patience time.Duration    // for one question to a provider; 0: 5 s
}

// Callback is where providers send browsers back to, below our own address.
const Callback = "/auth/redirect"

// maxSeen bounds the access tokens that are remembered.
const maxSeen = 10_000

// New returns the providers of a configuration that Load has read.
func New(list []Config, o Options) *Providers {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Patience == 0 {
		o.Patience = patience
	}
	p := &Providers{now: o.Now, seen: remember.New[[sha256.Size]byte, Identity](maxSeen, o.Now)}
	for _, c := range list {
		p.list = append(p.list, newUpstream(c, strings.TrimSuffix(o.Issuer, "/")+Callback, o.Patience, o.Now))
	}
	return p
}

// List is what the login page shows.
func (p *Providers) List() []authapi.Provider {
	out := make([]authapi.Provider, 0, len(p.list))
	for _, u := range p.list {
		out = append(out, authapi.Provider{Name: u.Name, Title: u.Title})
	}
	return out
}

func (p *Providers) named(name string) (*upstream, error) {
	for _, u := range p.list {
		if u.Name == name {
			return u, nil
		}
	}
	return nil, fault.New(fault.Missing, "federation.no_provider", "There is no such provider to sign in at.").WithStatus(http.StatusNotFound)
}
