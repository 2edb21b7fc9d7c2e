package authapi

import (
	"context"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Endpoints is the service's doorway: each subject with its access rule.
func Endpoints(s Service, a Accounts) []natsrpc.Endpoint {
	operator := who.Role(who.RoleOperator)
	return []natsrpc.Endpoint{
		natsrpc.Handle(cmdLogin, who.Public, s.Login),
		natsrpc.Handle(qryKeys, who.Public, s.Keys),
		natsrpc.Handle(cmdRegister, operator, s.RegisterUser),
		natsrpc.Handle(cmdGroup, operator, s.CreateGroup),
		natsrpc.Handle(cmdMember, operator, s.JoinGroup),
		natsrpc.Handle(cmdPassword, operator, a.SetPassword),
		natsrpc.Handle(cmdDisable, operator, a.DisableUser),
		natsrpc.Handle(cmdEnable, operator, a.EnableUser),
		natsrpc.Handle(qryUsers, operator, s.Users),
	}
}

// Client is the service over NATS.
type Client struct {
	login    func(context.Context, PasswordProof) (Token, error)
	keys     func(context.Context, Empty) (Keys, error)
	register func(context.Context, RegisterRequest) (User, error)
	group    func(context.Context, GroupRequest) (Empty, error)
	join     func(context.Context, MemberRequest) (User, error)
	users    func(context.Context, Empty) (Users, error)
	password func(context.Context, PasswordRequest) (User, error)
	disable  func(context.Context, UserRequest) (User, error)
	enable   func(context.Context, UserRequest) (User, error)
}

var (
	_ Service  = (*Client)(nil)
	_ Accounts = (*Client)(nil)
)

// NewClient returns the service as it is reached over nc.
func NewClient(nc *nats.Conn) *Client {
	c := natsrpc.NewClient(nc)
	return &Client{
		login:    natsrpc.Call[PasswordProof, Token](c, cmdLogin),
		keys:     natsrpc.Call[Empty, Keys](c, qryKeys),
		register: natsrpc.Call[RegisterRequest, User](c, cmdRegister),
		group:    natsrpc.Call[GroupRequest, Empty](c, cmdGroup),
		join:     natsrpc.Call[MemberRequest, User](c, cmdMember),
		users:    natsrpc.Call[Empty, Users](c, qryUsers),
		password: natsrpc.Call[PasswordRequest, User](c, cmdPassword),
		disable:  natsrpc.Call[UserRequest, User](c, cmdDisable),
		enable:   natsrpc.Call[UserRequest, User](c, cmdEnable),
	}
}

func (c *Client) Login(ctx context.Context, r PasswordProof) (Token, error) { return c.login(ctx, r) }
func (c *Client) Keys(ctx context.Context, r Empty) (Keys, error)           { return c.keys(ctx, r) }
func (c *Client) RegisterUser(ctx context.Context, r RegisterRequest) (User, error) {
	return c.register(ctx, r)
}
func (c *Client) CreateGroup(ctx context.Context, r GroupRequest) (Empty, error) {
	return c.group(ctx, r)
}
func (c *Client) JoinGroup(ctx context.Context, r MemberRequest) (User, error) { return c.join(ctx, r) }
func (c *Client) Users(ctx context.Context, r Empty) (Users, error)            { return c.users(ctx, r) }
func (c *Client) SetPassword(ctx context.Context, r PasswordRequest) (User, error) {
	return c.password(ctx, r)
}
func (c *Client) DisableUser(ctx context.Context, r UserRequest) (User, error) {
	return c.disable(ctx, r)
}
func (c *Client) EnableUser(ctx context.Context, r UserRequest) (User, error) {
	return c.enable(ctx, r)
}
