package oauth

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// loginElsewhere leads to another provider.
func (d *door) loginElsewhere(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	to, err := d.Backend.Federation.StartLogin(r.Context(), authapi.UpstreamStart{
		Provider: r.PathValue("provider"), Pending: d.placeOf(q).text(), Browser: d.Browsers.Visitor(w, r), Peer: edge.Peer(r),
	})
	if err != nil {
		return err
	}
	return lead(w, to.URL)
}

// loginBack takes what the provider gave the browser along. Only the browser
// that began may finish: otherwise one could sign others in as oneself.
func (d *door) loginBack(w http.ResponseWriter, r *http.Request) error {
	q, err := query(r)
	if err != nil {
		return err
	}
	known := d.Browsers.Known(r)
	if known == "" {
		return authapi.Refuse(authapi.InvalidRequest, "This sign-in was not begun in this browser, or its cookies are gone.")
	}
	done, err := d.Backend.Federation.FinishLogin(r.Context(), authapi.UpstreamBack{
		State: once(q, "state"), Code: once(q, "code"), Issuer: once(q, "iss"), Error: once(q, "error"),
		Browser: known, Peer: edge.Peer(r),
	})
	if err != nil {
		return err
	}
	if _, err := d.Browsers.SignIn(w, r, done.Resolved); err != nil {
		return err
	}
	return lead(w, d.root(r)+d.placeIn(done.Pending).path())
}

// providers are asked for now and then: they are configured, and a login page
// does not wait for a service that is away.
type providers struct {
	ask func(context.Context, authapi.Empty) (authapi.Providers, error)
	now func() time.Time

	mu     sync.Mutex
	known  []authapi.Provider
	asking bool
	until  time.Time
}

const (
	providersKept = 30 * time.Second
	providersWait = time.Second
)

// list returns the providers as of a while ago. Whoever comes while they are
// asked for gets what was known before.
func (p *providers) list(ctx context.Context) []authapi.Provider {
	p.mu.Lock()
	if p.asking || p.now().Before(p.until) {
		defer p.mu.Unlock()
		return p.known
	}
	p.asking = true
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, providersWait)
	defer cancel()
	answer, err := p.ask(ctx, authapi.Empty{})
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asking, p.until = false, p.now().Add(providersKept)
	if err == nil {
		p.known = answer.List
	}
	return p.known
}
