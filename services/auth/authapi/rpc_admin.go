package authapi

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// rotationPatience is how long a rotation may take: it makes keys, and waits
// until everybody knows them.
const rotationPatience = 15 * time.Second

// AdminEndpoints are the operators', but for roles and registrations, where the
// service looks at the caller's permissions and properties.
func AdminEndpoints(a Admin) []natsrpc.Endpoint {
	operator := who.Role(who.RoleOperator)
	return []natsrpc.Endpoint{
		natsrpc.Handle(qryAccount, operator, a.Account),
		natsrpc.Handle(qryAccounts, operator, a.Accounts),
		natsrpc.Handle(cmdChangeAccount, operator, a.ChangeAccount),
		natsrpc.Handle(qryGroups, operator, a.Groups),
		natsrpc.Handle(cmdPutGroup, operator, a.PutGroup),
		natsrpc.Handle(qryRoles, who.Authenticated, a.Roles),
		natsrpc.Handle(cmdPutRole, who.Authenticated, a.PutRole),
		natsrpc.Handle(cmdRemoveRole, who.Authenticated, a.RemoveRole),
		natsrpc.Handle(qryRegistrations, who.Authenticated, a.Registrations),
		natsrpc.Handle(cmdPutRegistration, who.Authenticated, a.PutRegistration),
		natsrpc.Handle(cmdRotateSecret, operator, a.RotateSecret),
		natsrpc.Handle(cmdRemoveRegistration, who.Authenticated, a.RemoveRegistration),
		natsrpc.Handle(qrySigningKeys, operator, a.SigningKeys),
		natsrpc.Handle(cmdRotateKeys, operator, a.RotateKeys).Waiting(),
	}
}

// AdminRPC is Admin over NATS.
type AdminRPC struct {
	account            func(context.Context, UserRequest) (Account, error)
	accounts           func(context.Context, Empty) (AccountList, error)
	changeAccount      func(context.Context, AccountChange) (Account, error)
	groups             func(context.Context, Empty) (Groups, error)
	putGroup           func(context.Context, Group) (Group, error)
	roles              func(context.Context, Empty) (Roles, error)
	putRole            func(context.Context, Role) (Role, error)
	removeRole         func(context.Context, RoleRef) (Empty, error)
	registrations      func(context.Context, Empty) (Registrations, error)
	putRegistration    func(context.Context, Registration) (RegistrationSecret, error)
	rotateSecret       func(context.Context, SecretRotation) (RegistrationSecret, error)
	removeRegistration func(context.Context, ClientRef) (Empty, error)
	signingKeys        func(context.Context, Empty) (SigningKeys, error)
	rotateKeys         func(context.Context, KeyRotation) (SigningKeys, error)
}

var _ Admin = (*AdminRPC)(nil)

// NewAdminRPC returns Admin as reached over nc.
func NewAdminRPC(nc *nats.Conn) *AdminRPC {
	c := natsrpc.NewClient(nc)
	return &AdminRPC{
		account:            natsrpc.Call[UserRequest, Account](c, qryAccount),
		accounts:           natsrpc.Call[Empty, AccountList](c, qryAccounts),
		changeAccount:      natsrpc.Call[AccountChange, Account](c, cmdChangeAccount),
		groups:             natsrpc.Call[Empty, Groups](c, qryGroups),
		putGroup:           natsrpc.Call[Group, Group](c, cmdPutGroup),
		roles:              natsrpc.Call[Empty, Roles](c, qryRoles),
		putRole:            natsrpc.Call[Role, Role](c, cmdPutRole),
		removeRole:         natsrpc.Call[RoleRef, Empty](c, cmdRemoveRole),
		registrations:      natsrpc.Call[Empty, Registrations](c, qryRegistrations),
		putRegistration:    natsrpc.Call[Registration, RegistrationSecret](c, cmdPutRegistration),
		rotateSecret:       natsrpc.Call[SecretRotation, RegistrationSecret](c, cmdRotateSecret),
		removeRegistration: natsrpc.Call[ClientRef, Empty](c, cmdRemoveRegistration),
		signingKeys:        natsrpc.Call[Empty, SigningKeys](c, qrySigningKeys),
		rotateKeys:         natsrpc.Call[KeyRotation, SigningKeys](c.Waiting(rotationPatience), cmdRotateKeys),
	}
}

func (c *AdminRPC) Account(ctx context.Context, r UserRequest) (Account, error) {
	return c.account(ctx, r)
}

func (c *AdminRPC) Accounts(ctx context.Context, r Empty) (AccountList, error) {
	return c.accounts(ctx, r)
}

func (c *AdminRPC) ChangeAccount(ctx context.Context, r AccountChange) (Account, error) {
	return c.changeAccount(ctx, r)
}

func (c *AdminRPC) Groups(ctx context.Context, r Empty) (Groups, error) {
	return c.groups(ctx, r)
}

func (c *AdminRPC) PutGroup(ctx context.Context, r Group) (Group, error) {
	return c.putGroup(ctx, r)
}

func (c *AdminRPC) Roles(ctx context.Context, r Empty) (Roles, error) {
	return c.roles(ctx, r)
}

func (c *AdminRPC) PutRole(ctx context.Context, r Role) (Role, error) {
	return c.putRole(ctx, r)
}

func (c *AdminRPC) RemoveRole(ctx context.Context, r RoleRef) (Empty, error) {
	return c.removeRole(ctx, r)
}

func (c *AdminRPC) Registrations(ctx context.Context, r Empty) (Registrations, error) {
	return c.registrations(ctx, r)
}

func (c *AdminRPC) PutRegistration(ctx context.Context, r Registration) (RegistrationSecret, error) {
	return c.putRegistration(ctx, r)
}

func (c *AdminRPC) RotateSecret(ctx context.Context, r SecretRotation) (RegistrationSecret, error) {
	return c.rotateSecret(ctx, r)
}

func (c *AdminRPC) RemoveRegistration(ctx context.Context, r ClientRef) (Empty, error) {
	return c.removeRegistration(ctx, r)
}

func (c *AdminRPC) SigningKeys(ctx context.Context, r Empty) (SigningKeys, error) {
	return c.signingKeys(ctx, r)
}

func (c *AdminRPC) RotateKeys(ctx context.Context, r KeyRotation) (SigningKeys, error) {
	return c.rotateKeys(ctx, r)
}
