package federation

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/heddle-dev/heddle/services/auth/internal/assertion"
)

const (
	// keysFresh is how long a provider's keys are kept without a question
	// whether they still are its keys.
	keysFresh = time.Hour
	// keysLast is how long they are taken while it does not answer.
	keysLast = 24 * time.Hour
)

// keySet is the public keys of a provider.
type keySet struct {
	list []json.RawMessage
	ids  map[string]bool
}

// fetchKeys asks the provider for its keys (RFC 7517).
func (u *upstream) fetchKeys(ctx context.Context) (*keySet, error) {
	d, err := u.known(ctx)
	if err != nil {
		return nil, err
	}
	var answer struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := u.ask(ctx, d.Keys, &answer); err != nil {
		return nil, err
	}
	set := &keySet{list: answer.Keys, ids: map[string]bool{}}
	for _, raw := range answer.Keys {
		var k struct {
			ID string `json:"kid"`
		}
		if json.Unmarshal(raw, &k) == nil {
			set.ids[k.ID] = true
		}
	}
	return set, nil
}

// keysFor are the keys that can have made a signature by the key of that id.
func (u *upstream) keysFor(ctx context.Context, id string) ([]json.RawMessage, error) {
	at := func(set *keySet, age time.Duration) bool { return age < keysFresh && (id == "" || set.ids[id]) }
	set, err := u.keys.get(ctx, at)
	if set == nil || err != nil && (u.now().Sub(u.keys.since()) >= keysLast || !set.ids[id]) {
		return nil, u.unreachable(err)
	}
	return set.list, nil
}

// ask gets a JSON document.
func (u *upstream) ask(ctx context.Context, address string, into any) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	answer, err := u.client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("it answers %d", answer.StatusCode)
	}
	return json.NewDecoder(answer.Body).Decode(into)
}

// vouched lets go-oidc check the claims of a token whose signature the keys
// of a provider vouch for.
type vouched struct {
	kind assertion.Federated
	keys []json.RawMessage
}

func (v vouched) VerifySignature(_ context.Context, token string) ([]byte, error) {
	return v.kind.Verify(token, v.keys)
}

// verify reads a token that must be from the provider, for one of the
// audiences and in time. That it is not is errNotValid; that the keys cannot
// be had is a fault.
func (u *upstream) verify(ctx context.Context, kind assertion.Federated, token string, algs []string, audience string) (*oidc.IDToken, error) {
	id, err := kind.KeyID(token)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotValid, err)
	}
	keys, err := u.keysFor(ctx, id)
	if err != nil {
		return nil, err
	}
	v := oidc.NewVerifier(u.Issuer, vouched{kind, keys}, &oidc.Config{
		ClientID: audience, SkipClientIDCheck: audience == "", SupportedSigningAlgs: algs, Now: u.now})
	t, err := v.Verify(ctx, token)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", errNotValid, err)
	case !subject(t.Subject):
		return nil, fmt.Errorf("%w: its subject is not one", errNotValid)
	default:
		return t, nil
	}
}
