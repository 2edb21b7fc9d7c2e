package miniapps

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

const (
	// permissionsFor bounds how long permissions are remembered, and
	// permissionsWait how long a request waits for them.
	permissionsFor  = 5 * time.Second
	permissionsWait = 2 * time.Second
	maxRemembered   = 10_000
)

// permissions are core4's of a caller whose credential does not tell them. If
// nobody can tell, there are none.
func (p *proxy) permissions(ctx context.Context, caller who.Principal) []string {
	if caller.Anonymous() {
		return nil
	}
	if known, ok := p.remembered.Get(caller.ID); ok {
		return known
	}
	ctx, cancel := context.WithTimeout(who.With(ctx, caller), permissionsWait)
	defer cancel()
	account, err := p.Profiles.Me(ctx, authapi.Empty{})
	if err != nil {
		p.Log.DebugContext(ctx, "a caller's permissions are not known", "err", err)
		return nil
	}
	p.remembered.Put(caller.ID, account.PermissionsTotal, p.Now().Add(permissionsFor))
	return account.PermissionsTotal
}
