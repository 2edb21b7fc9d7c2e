package signin

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/profile"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// ErrEnded says that the person has to sign in again.
var ErrEnded = errors.New("your sign-in has ended; run `heddle login`")

// ahead is how long before its end a token is replaced.
const ahead = 30 * time.Second

// Keeper gives the access token of a profile, and replaces it in time.
type Keeper struct {
	Server Server
	Path   string // of the profile
	Now    func() time.Time

	mu      sync.Mutex
	Profile profile.Profile // as it was read, or refreshed since
}

// Token is the access token to send now.
func (k *Keeper) Token(ctx context.Context) (string, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.good() {
		return k.Profile.Token, nil
	}
	err := k.renew(ctx)
	if err != nil && k.Profile.Token != "" && passing(err) && k.Now().Before(k.Profile.Expires) && !errors.Is(err, ErrEnded) {
		return k.Profile.Token, nil // it lasts a little
	}
	return k.Profile.Token, err
}

// good reports whether the token need not be replaced, or cannot be.
func (k *Keeper) good() bool {
	return k.Profile.Refresh == "" || k.Profile.Token != "" && k.Now().Add(ahead).Before(k.Profile.Expires)
}

// renew takes the profile for this process alone and looks at it again: when
// another was faster, its token is ours. Nothing that the person does to this
// process may come between the answer and the file, for a refresh token that
// is shown twice ends the sign-in.
func (k *Keeper) renew(ctx context.Context) error {
	release, err := profile.Lock(ctx, k.Path)
	if err != nil {
		return err
	}
	defer release()
	now, err := profile.Load(k.Path)
	if err != nil {
		return err
	}
	if now.URL != k.Profile.URL || now.User != k.Profile.User || now.Refresh == "" {
		return ErrEnded
	}
	if k.Profile = now; k.good() {
		return nil
	}
	t, err := k.Server.Refresh(context.WithoutCancel(ctx), now.Refresh)
	switch {
	case Is(err, authapi.InvalidGrant), Is(err, authapi.InvalidClient):
		k.Profile.Token, k.Profile.Refresh = "", ""
		return errors.Join(ErrEnded, profile.Save(k.Path, k.Profile))
	case err != nil:
		return err
	}
	k.Profile = Signed(k.Profile, t, k.Now())
	return profile.Save(k.Path, k.Profile)
}

// Signed is the profile with tokens that came now.
func Signed(p profile.Profile, t authapi.Tokens, now time.Time) profile.Profile {
	p.Token, p.Expires = t.AccessToken, now.Add(time.Duration(t.ExpiresIn)*time.Second).Truncate(time.Second)
	if t.RefreshToken != "" {
		p.Refresh = t.RefreshToken
	}
	return p
}
