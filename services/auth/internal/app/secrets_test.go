package app

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/client"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
)

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// register makes a confidential client whose secret is its entry's name.
func (f fixture) register(t *testing.T, id, entry string) {
	t.Helper()
	f.keep(t, entry)
	f.client(t, id, client.Register{ID: client.ID(id), Secret: entry, Details: client.Details{Name: id, Method: client.Basic,
		Grants: []client.Grant{client.AuthorizationCode, client.DeviceCode}, Redirects: []client.Redirect{"https://app.example/back"}}})
}

func (f fixture) keep(t *testing.T, entry string) {
	t.Helper()
	sum := sha256.Sum256([]byte(entry))
	if err := f.vault.PutHash(t.Context(), clientSecrets, entry, sum[:]); err != nil {
		t.Fatal(err)
	}
}

func (f fixture) client(t *testing.T, id string, c client.Command) {
	t.Helper()
	if _, err := handle(t.Context(), f.App, clients, authapi.ClientTopic(idOf("client", id)), "client/"+id, c); err != nil {
		t.Fatal(err)
	}
}

func TestClientsOfTheProtocol(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	f.register(t, "Web.App", "s1")
	c, err := NewClients(f.App).Client(t.Context(), "Web.App")
	if err != nil || c.ID != "Web.App" || c.Method != clientauth.Basic || !slices.Equal(c.Credentials, []string{"s1"}) || c.Position == 0 ||
		!slices.Equal(c.Grants, []string{"authorization_code", "urn:ietf:params:oauth:grant-type:device_code"}) {
		t.Errorf("%+v, %v", c, err)
	}
	for _, id := range []string{"", "web.app", "Web.App ", "nobody"} {
		if _, err := NewClients(f.App).Client(t.Context(), id); !errors.Is(err, clientauth.ErrNoClient) {
			t.Errorf("%q: %v", id, err)
		}
	}
	f.client(t, "Web.App", client.Remove{})
	if _, err := NewClients(f.App).Client(t.Context(), "Web.App"); !errors.Is(err, clientauth.ErrNoClient) {
		t.Errorf("removed: %v", err)
	}
}

// TestRotatedSecretIsGoodForItsGrace: and not a moment longer.
func TestRotatedSecretIsGoodForItsGrace(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	now := time.Now()
	f.App.Now = func() time.Time { return now }
	f.register(t, "web", "s1")
	f.keep(t, "s2")
	f.client(t, "web", client.RotateSecret{Secret: "s2", OldUntil: now.Add(time.Hour)})
	matches := func(secret string) bool {
		t.Helper()
		c, err := NewClients(f.App).Client(t.Context(), "web")
		if err != nil {
			t.Fatal(err)
		}
		ok, err := NewClients(f.App).SecretMatches(t.Context(), c.Credentials, secret)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	if !matches("s1") || !matches("s2") || matches("s3") || matches("") {
		t.Error("while both are good")
	}
	now = now.Add(time.Hour)
	if matches("s1") || !matches("s2") {
		t.Error("after the grace")
	}
}

func TestNobodysSecretMatchesNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	c := NewClients(f.App)
	for _, credentials := range [][]string{nil, {"gone"}, {""}} {
		for _, secret := range []string{"", "x", string(make([]byte, 32))} {
			if ok, err := c.SecretMatches(t.Context(), credentials, secret); ok || err != nil {
				t.Errorf("%q, %q: %v, %v", credentials, secret, ok, err)
			}
		}
	}
	f.vault.fail(errors.New("no responders"))
	_, err := c.SecretMatches(t.Context(), []string{"s1"}, "s1")
	wantUnavailable(t, "without a vault", err)
}
