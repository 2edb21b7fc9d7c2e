package gateway

import (
	"context"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// passwords answers for credentials with what the auth service serves so far.
type passwords struct{ auth authapi.Service }

func (p passwords) Password(ctx context.Context, q authapi.PasswordProof) (authapi.Resolved, error) {
	user, err := p.auth.Verify(ctx, authapi.PasswordRequest{Name: q.Name, Password: q.Password})
	user.Method = who.MethodPassword
	return authapi.Resolved{Principal: user, Facts: who.Facts{User: user.ID}}, err
}

func (passwords) Certificate(context.Context, authapi.CertificateProof) (authapi.Resolved, error) {
	return authapi.Resolved{}, errUnknown
}

func (passwords) Token(context.Context, authapi.TokenProof) (authapi.Resolved, error) {
	return authapi.Resolved{}, errUnknown
}

var errUnknown = fault.New(fault.Unauthenticated, "auth.wrong", "The credentials are wrong.")

// standing knows of nothing that was revoked, and remembers nobody.
type standing struct{}

func (standing) Check(who.Facts) error { return nil }
func (standing) Fresh(who.Facts) bool  { return false }
