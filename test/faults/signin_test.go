//go:build faults

package faults

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/test/stage"
)

const (
	cliClient  = "heddle-cli"
	basicDemo  = "Authorization: Basic ZGVtb3VzZXI6dGVzdDEyMw==" // demouser:test123
	formHeader = "Content-Type: application/x-www-form-urlencoded"
)

// signIn is one try to sign in by password: nil, or what the server said.
func signIn(t *testing.T, gateway, name, password string) error {
	return stage.NewClient(gateway, 1).Login(t.Context(), name, password)
}

// TestRedisGone: who is signed in goes on, with tokens of every kind; nobody
// new comes in until it is back, and is told so.
func TestRedisGone(t *testing.T) {
	s := split(t)
	c := patient(t, s.Gateway(1))
	works := func(when string, headers ...string) {
		t.Helper()
		if _, err := c.Do(t.Context(), "GET", "/api/v1/me", nil, nil, headers...); err != nil {
			t.Errorf("%s, %v: %v", when, headers, err)
		}
	}
	works("before", basicDemo)
	for part, person := range map[string][2]string{"killed": {"alice", "alice123"}, "killed again": {"admin", "hans"}} {
		s.Part("redis").Kill()
		eventually(t, "a password that was not verified before is answered with 503", func() bool {
			return unavailable(signIn(t, s.Gateway(1), person[0], person[1]))
		})
		for range 20 {
			works(part)            // the access token
			works(part, basicDemo) // a password that was verified before
		}
		if err := s.Start("redis"); err != nil {
			t.Fatal(err)
		}
		eventually(t, "people sign in again", func() bool { return signIn(t, s.Gateway(2), person[0], person[1]) == nil })
		works("afterwards")
	}
}

// TestRedisFlushed: sessions and sign-ins under way are gone, and nothing else
// is: clients begin again, and nobody has to repair anything.
func TestRedisFlushed(t *testing.T) {
	s := split(t)
	c := patient(t, s.Gateway(1))
	session := "X-UNICORE-SecuritySession: " + unicoreSession(t, s.Gateway(1))
	core := func(headers ...string) int {
		t.Helper()
		resp, _, err := stage.NewClient(s.Gateway(2), 1).Send(t.Context(), "GET", "/DEMO-SITE/rest/core", nil, headers...)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode
	}
	pending := startDevice(t, s.Gateway(1))
	if got := core(session); got != http.StatusOK {
		t.Fatalf("the session answers %d", got)
	}
	flush(t, s)
	if got := core(session); got != 432 {
		t.Errorf("after the flush the session answers %d, want 432", got)
	}
	if got := core(basicDemo); got != http.StatusOK {
		t.Errorf("signing in again answers %d", got)
	}
	if _, err := c.Do(t.Context(), "GET", "/api/v1/me", nil, nil); err != nil {
		t.Errorf("the access token: %v", err)
	}
	if got := pollDevice(t, s.Gateway(2), pending); got != "expired_token" && got != "invalid_grant" {
		t.Errorf("the device that waited is told %q", got)
	}
	if startDevice(t, s.Gateway(2)) == "" {
		t.Error("no device can begin")
	}
	if err := signIn(t, s.Gateway(1), "alice", "alice123"); err != nil {
		t.Error(err)
	}
}

func flush(t *testing.T, s *stage.Split) {
	t.Helper()
	if out, err := exec.Command("redis-cli", "-u", s.Redis(), "FLUSHALL").CombinedOutput(); err != nil || !strings.Contains(string(out), "OK") {
		t.Fatalf("%v: %s", err, out)
	}
}

// post sends a form and reads a member of the answer.
func post(t *testing.T, gateway, path string, form url.Values, member string) string {
	t.Helper()
	_, body, err := stage.NewClient(gateway, 1).Send(t.Context(), "POST", path, strings.NewReader(form.Encode()), formHeader)
	if err != nil {
		t.Fatal(err)
	}
	var answer map[string]any
	if err := json.Unmarshal([]byte(body), &answer); err != nil {
		t.Fatalf("%s: %s", path, body)
	}
	text, _ := answer[member].(string)
	return text
}

func startDevice(t *testing.T, gateway string) string {
	t.Helper()
	return post(t, gateway, "/auth/device", url.Values{"client_id": {cliClient}, "scope": {"openid offline_access api"}}, "device_code")
}

func pollDevice(t *testing.T, gateway, code string) string {
	t.Helper()
	return post(t, gateway, "/auth/token", url.Values{"client_id": {cliClient}, "device_code": {code},
		"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}}, "error")
}

// TestRevocationReachesEveryGateway: what ends at one gateway opens nothing at
// the other after two seconds.
func TestRevocationReachesEveryGateway(t *testing.T) {
	s := split(t)
	operator := stage.NewClient(s.Gateway(1), 1)
	if err := operator.Login(t.Context(), "admin", "hans"); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		alice := patient(t, s.Gateway(2))
		if err := alice.Login(t.Context(), "alice", "alice123"); err != nil {
			t.Fatal(err)
		}
		opens := func() bool {
			_, err := alice.Do(t.Context(), "GET", "/api/v1/jobs", nil, nil)
			return err == nil
		}
		if !opens() {
			t.Fatal("the token opens nothing before it is revoked")
		}
		if _, err := operator.Do(t.Context(), "POST", "/api/v1/admin/users/alice/sign-out", nil, nil); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		eventually(t, "the token opens nothing", func() bool { return !opens() })
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("the other gateway heard of it after %v", took)
		}
	}
}
