package app

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
)

// maxGrace bounds how long an old secret stays good.
const maxGrace = 30 * 24 * time.Hour

// newSecret makes a secret and keeps its hash, under the id that events name.
func (a *App) newSecret(ctx context.Context) (secret, id string, err error) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // it never fails
	secret, id = base64.RawURLEncoding.EncodeToString(raw), strings.ToLower(rand.Text())
	sum := sha256.Sum256([]byte(secret))
	return secret, id, problem(a.Vault.PutHash(ctx, clientSecrets, id, sum[:]))
}

// RotateSecret implements authapi.Admin.
func (a *App) RotateSecret(ctx context.Context, r authapi.SecretRotation) (authapi.RegistrationSecret, error) {
	c, err := a.clientRef(ctx, r.ID)
	if err != nil {
		return authapi.RegistrationSecret{}, err
	}
	switch {
	case r.Grace < 0 || r.Grace > maxGrace:
		var c checks
		c.add("grace", fmt.Errorf("must be at most %d seconds", maxGrace/time.Second))
		return authapi.RegistrationSecret{}, c.err()
	case !c.AuthMethod().BySecret():
		return authapi.RegistrationSecret{}, problem(client.ErrNoSecret)
	}
	secret, id, err := a.newSecret(ctx)
	if err != nil {
		return authapi.RegistrationSecret{}, err
	}
	cmd := client.RotateSecret{Secret: id}
	if r.Grace > 0 {
		cmd.OldUntil = a.Now().Add(r.Grace).UTC()
	}
	return a.writeClient(ctx, 0, c.ID, c, cmd, secret)
}

// RemoveRegistration implements authapi.Admin.
func (a *App) RemoveRegistration(ctx context.Context, r authapi.ClientRef) (authapi.Empty, error) {
	if err := mayRegister(ctx); err != nil {
		return authapi.Empty{}, err
	}
	c, err := a.clientRef(ctx, r.ID)
	if err != nil {
		return authapi.Empty{}, err
	}
	if err := mayPut(ctx, client.Client{}, c.Details); err != nil {
		return authapi.Empty{}, err
	}
	topic := idOf("client", string(c.ID))
	if _, err := handle(ctx, a, clients, authapi.ClientTopic(topic), "client/"+topic, client.Command(client.Remove{})); err != nil {
		return authapi.Empty{}, err
	}
	for _, secret := range []string{c.Secret, c.OldSecret} {
		if secret != "" {
			_ = a.Vault.ForgetHash(ctx, clientSecrets, secret) // as above
		}
	}
	return authapi.Empty{}, nil
}

// mayRegister lets in operators and DIRAC's service administrators.
func mayRegister(ctx context.Context) error {
	p := who.From(ctx)
	if p.Operator() || p.Has(who.RoleService) || slices.Contains(p.Properties, authapi.ServiceAdministrator) {
		return nil
	}
	return fault.New(fault.Denied, "access.property", "This needs the role %q or the property %s.", who.RoleOperator, authapi.ServiceAdministrator)
}

// mayPut keeps service administrators to new clients without rights of their
// own: by any other they could become somebody else.
func mayPut(ctx context.Context, now client.Client, d client.Details) error {
	p := who.From(ctx)
	if p.Operator() || p.Has(who.RoleService) {
		return nil
	}
	if now.Exists() || d.RunAs != "" || d.Trusted || d.Steady || d.Resource || slices.Contains(d.Scopes, who.RoleOperator) {
		return fault.New(fault.Denied, "access.role", "This needs the role %q.", who.RoleOperator)
	}
	return nil
}
