package authapi_test

import (
	"context"
	"encoding/json"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// fake answers everything with what is on the plate, and keeps what it was
// asked.
type fake struct {
	asked any
	plate any
	fail  error
}

func serve[A any](f *fake, q any) (A, error) {
	f.asked = q
	a, _ := f.plate.(A)
	return a, f.fail
}

func (f *fake) Password(_ context.Context, q authapi.PasswordProof) (authapi.Resolved, error) {
	return serve[authapi.Resolved](f, q)
}
func (f *fake) Certificate(_ context.Context, q authapi.CertificateProof) (authapi.Resolved, error) {
	return serve[authapi.Resolved](f, q)
}
func (f *fake) Token(_ context.Context, q authapi.TokenProof) (authapi.Resolved, error) {
	return serve[authapi.Resolved](f, q)
}
func (f *fake) Authorize(_ context.Context, q authapi.AuthorizeRequest) (authapi.Pending, error) {
	return serve[authapi.Pending](f, q)
}
func (f *fake) Pending(_ context.Context, q authapi.PendingRequest) (authapi.Pending, error) {
	return serve[authapi.Pending](f, q)
}
func (f *fake) Decide(_ context.Context, q authapi.Decision) (authapi.Redirect, error) {
	return serve[authapi.Redirect](f, q)
}
func (f *fake) Fail(_ context.Context, q authapi.Failure) (authapi.Redirect, error) {
	return serve[authapi.Redirect](f, q)
}
func (f *fake) Exchange(_ context.Context, q authapi.ExchangeRequest) (natsrpc.Encoded, error) {
	return serve[natsrpc.Encoded](f, q)
}
func (f *fake) StartDevice(_ context.Context, q authapi.ExchangeRequest) (authapi.Device, error) {
	return serve[authapi.Device](f, q)
}
func (f *fake) Device(_ context.Context, q authapi.UserCode) (authapi.Pending, error) {
	return serve[authapi.Pending](f, q)
}
func (f *fake) DecideDevice(_ context.Context, q authapi.Decision) (authapi.Empty, error) {
	return serve[authapi.Empty](f, q)
}
func (f *fake) Introspect(_ context.Context, q authapi.ExchangeRequest) (json.RawMessage, error) {
	return serve[json.RawMessage](f, q)
}
func (f *fake) Revoke(_ context.Context, q authapi.ExchangeRequest) (authapi.Empty, error) {
	return serve[authapi.Empty](f, q)
}
func (f *fake) UserInfo(_ context.Context, q authapi.Empty) (json.RawMessage, error) {
	return serve[json.RawMessage](f, q)
}
func (f *fake) Logout(_ context.Context, q authapi.LogoutRequest) (authapi.LogoutAnswer, error) {
	return serve[authapi.LogoutAnswer](f, q)
}
func (f *fake) Revocations(_ context.Context, q authapi.Empty) (authapi.Revocations, error) {
	return serve[authapi.Revocations](f, q)
}
func (f *fake) AnnounceSite(_ context.Context, q authapi.SiteKey) (authapi.Empty, error) {
	return serve[authapi.Empty](f, q)
}
func (f *fake) Providers(_ context.Context, q authapi.Empty) (authapi.Providers, error) {
	return serve[authapi.Providers](f, q)
}
func (f *fake) StartLogin(_ context.Context, q authapi.UpstreamStart) (authapi.UpstreamGo, error) {
	return serve[authapi.UpstreamGo](f, q)
}
func (f *fake) FinishLogin(_ context.Context, q authapi.UpstreamBack) (authapi.UpstreamDone, error) {
	return serve[authapi.UpstreamDone](f, q)
}
func (f *fake) IssueCore4(_ context.Context, q authapi.Core4Request) (authapi.Core4Token, error) {
	return serve[authapi.Core4Token](f, q)
}
func (f *fake) RequestReset(_ context.Context, q authapi.EmailRequest) (authapi.Empty, error) {
	return serve[authapi.Empty](f, q)
}
func (f *fake) Reset(_ context.Context, q authapi.ResetRequest) (authapi.Empty, error) {
	return serve[authapi.Empty](f, q)
}
func (f *fake) CreateAPIKey(_ context.Context, q authapi.NewAPIKey) (authapi.APIKeySecret, error) {
	return serve[authapi.APIKeySecret](f, q)
}
func (f *fake) APIKeys(_ context.Context, q authapi.Owner) (authapi.APIKeyList, error) {
	return serve[authapi.APIKeyList](f, q)
}
func (f *fake) RevokeAPIKey(_ context.Context, q authapi.APIKeyRef) (authapi.Empty, error) {
	return serve[authapi.Empty](f, q)
}
func (f *fake) Grants(_ context.Context, q authapi.Owner) (authapi.GrantList, error) {
	return serve[authapi.GrantList](f, q)
}
func (f *fake) RevokeGrant(_ context.Context, q authapi.GrantRef) (authapi.Empty, error) {
	return serve[authapi.Empty](f, q)
}
func (f *fake) Audit(_ context.Context, q authapi.AuditQuery) (authapi.AuditPage, error) {
	return serve[authapi.AuditPage](f, q)
}
func (f *fake) Me(_ context.Context, q authapi.Empty) (authapi.Account, error) {
	return serve[authapi.Account](f, q)
}
func (f *fake) ChangeMe(_ context.Context, q authapi.ProfileChange) (authapi.Account, error) {
	return serve[authapi.Account](f, q)
}
func (f *fake) Account(_ context.Context, q authapi.UserRequest) (authapi.Account, error) {
	return serve[authapi.Account](f, q)
}
func (f *fake) Accounts(_ context.Context, q authapi.Empty) (authapi.AccountList, error) {
	return serve[authapi.AccountList](f, q)
}
func (f *fake) ChangeAccount(_ context.Context, q authapi.AccountChange) (authapi.Account, error) {
	return serve[authapi.Account](f, q)
}
func (f *fake) Groups(_ context.Context, q authapi.Empty) (authapi.Groups, error) {
	return serve[authapi.Groups](f, q)
}
func (f *fake) PutGroup(_ context.Context, q authapi.Group) (authapi.Group, error) {
	return serve[authapi.Group](f, q)
}
func (f *fake) Roles(_ context.Context, q authapi.Empty) (authapi.Roles, error) {
	return serve[authapi.Roles](f, q)
}
func (f *fake) PutRole(_ context.Context, q authapi.Role) (authapi.Role, error) {
	return serve[authapi.Role](f, q)
}
func (f *fake) RemoveRole(_ context.Context, q authapi.RoleRef) (authapi.Empty, error) {
	return serve[authapi.Empty](f, q)
}
func (f *fake) Registrations(_ context.Context, q authapi.Empty) (authapi.Registrations, error) {
	return serve[authapi.Registrations](f, q)
}
func (f *fake) PutRegistration(_ context.Context, q authapi.Registration) (authapi.RegistrationSecret, error) {
	return serve[authapi.RegistrationSecret](f, q)
}
func (f *fake) RotateSecret(_ context.Context, q authapi.SecretRotation) (authapi.RegistrationSecret, error) {
	return serve[authapi.RegistrationSecret](f, q)
}
func (f *fake) RemoveRegistration(_ context.Context, q authapi.ClientRef) (authapi.Empty, error) {
	return serve[authapi.Empty](f, q)
}
func (f *fake) SigningKeys(_ context.Context, q authapi.Empty) (authapi.SigningKeys, error) {
	return serve[authapi.SigningKeys](f, q)
}
func (f *fake) RotateKeys(_ context.Context, q authapi.KeyRotation) (authapi.SigningKeys, error) {
	return serve[authapi.SigningKeys](f, q)
}
func (f *fake) SignOut(_ context.Context, q authapi.Empty) (authapi.Empty, error) {
	return serve[authapi.Empty](f, q)
}
