package auth_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/federation/federationtest"
)

// federated is a configuration file with one provider.
func federated(t *testing.T, lines ...string) string {
	t.Helper()
	dir := t.TempDir()
	path := filepath.Join(dir, "federation.yaml")
	for name, text := range map[string]string{path: "- " + strings.Join(lines, "\n  "), filepath.Join(dir, "secret"): federationtest.Secret} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// TestSignInAtAProvider goes the whole way, once with the provider down at
// the start: that keeps nobody else out.
func TestSignInAtAProvider(t *testing.T) {
	t.Parallel()
	s, p := natstest.Start(t), federationtest.Start(t, time.Now)
	gone := federationtest.Start(t, time.Now)
	gone.Stop()
	path := federated(t, "name: uni", "title: My University", "issuer: "+p.Issuer(), "client_id: "+federationtest.Client,
		"client_secret_file: secret", "create: true\n- {name: gone, issuer: '"+gone.Issuer()+"', client_id: x}")
	r := run(t, s.Conn(t), auth.Config{Demo: true, Federation: path}, nil).await(t)
	f := authapi.NewFederationRPC(s.Conn(t))
	if list, err := f.Providers(t.Context(), authapi.Empty{}); err != nil || len(list.List) != 2 || list.List[0] != (authapi.Provider{Name: "uni", Title: "My University"}) {
		t.Errorf("the login page shows %+v, %v", list, err)
	}
	if _, err := f.StartLogin(t.Context(), authapi.UpstreamStart{Provider: "gone", Browser: "b"}); err == nil || !strings.Contains(err.Error(), "federation.unreachable") {
		t.Errorf("at the one that is down: %v", err)
	}
	to, err := f.StartLogin(t.Context(), authapi.UpstreamStart{Provider: "uni", Pending: "r1", Browser: "b"})
	if err != nil {
		t.Fatal(err)
	}
	q := p.Browse(to.URL)
	done, err := f.FinishLogin(t.Context(), authapi.UpstreamBack{State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Browser: "b"})
	if err != nil || done.Pending != "r1" || done.Resolved.Principal.Name != "carol" {
		t.Errorf("%+v, %v", done, err)
	}
	for what, secret := range map[string]string{"the secret": federationtest.Secret, "the code": q.Get("code"), "the state": q.Get("state")} {
		if strings.Contains(r.log.String(), secret) {
			t.Errorf("%s is in the log", what)
		}
	}
}

func TestWrongFederationIsSaidAtTheStart(t *testing.T) {
	t.Parallel()
	c := auth.Config{Federation: federated(t, "name: uni", "issuer: http://uni.test", "client_id: x", "clint: y")}
	if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "clint") {
		t.Errorf("%v", err)
	}
}
