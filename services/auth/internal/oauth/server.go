package oauth

import (
	"context"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/throttle"
)

// Authenticator proves clients; clientauth has the one there is.
type Authenticator interface {
	Client(context.Context, clientauth.Proof) (clientauth.Client, error)
}

// Config is what an operator sets.
type Config struct {
	Issuer         string
	Setups         []string      // of DIRAC; the first is the default
	CodeLifetime   time.Duration // of a code until it is redeemed
	DeviceLifetime time.Duration // of a device until it is answered
	GrantLifetime  time.Duration // of a grant, unless less is asked for
	AccessLifetime time.Duration // of an access token
	DIRACLifetime  time.Duration // of one in DIRAC's form, and of its grants
}

// Needs is what a Server is made of.
type Needs struct {
	Config
	Clients  clientauth.Clients
	Auth     Authenticator
	Users    Users
	Grants   Grants
	Standing Standing
	Minter   Minter
	Opener   Opener
	Store    flow.Store
	Guesses  *throttle.Throttle // of user codes
	Now      func() time.Time
}

// Server is the authorization server: authapi.OAuth, but for the answer of the
// token endpoint, which is not written yet.
type Server struct{ Needs }

// New returns a server.
func New(n Needs) *Server { return &Server{n} }

// requestLifetime is how long a person may take to sign in and decide.
const requestLifetime = 15 * time.Minute

// accessLifetime is the longest life of an access token in a form.
func (s *Server) accessLifetime(f authapi.Form) time.Duration {
	if f == authapi.FormDIRAC {
		return s.DIRACLifetime
	}
	return s.AccessLifetime
}

// grantLifetime is what a grant lives unless somebody says less.
func (s *Server) grantLifetime(f authapi.Form) time.Duration {
	if f == authapi.FormDIRAC {
		return s.DIRACLifetime
	}
	return s.GrantLifetime
}
