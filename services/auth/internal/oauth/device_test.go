package oauth_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func (w *world) device(client string) authapi.Device {
	w.t.Helper()
	d, err := w.StartDevice(w.t.Context(), authapi.ExchangeRequest{Form: authapi.FormOIDC,
		Params: url.Values{"client_id": {client}, "scope": {"openid offline_access"}}})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func polling(d authapi.Device, client string) url.Values {
	return url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {client}, "device_code": {d.DeviceCode}}
}

func (w *world) decideDevice(user string, d authapi.Decision) error {
	_, err := w.DecideDevice(as(w.t.Context(), user), d)
	return err
}

func TestDeviceFlow(t *testing.T) {
	t.Parallel()
	w := start(t)
	d := w.device("native")
	if !regexp.MustCompile(`^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$`).MatchString(d.UserCode) || d.ExpiresIn != 600 || d.Interval != 5 ||
		d.VerificationURIComplete != "https://h/auth/device?user_code="+d.UserCode {
		t.Errorf("%+v", d.VerificationURI)
	}
	w.refused(authapi.AuthorizationPending, polling(d, "native"))
	w.advance(5 * time.Second)
	as1 := strings.ToLower(strings.ReplaceAll(d.UserCode, "-", " ")) // as people type
	p, err := w.Device(as(t.Context(), "u1"), authapi.UserCode{Code: as1})
	if err != nil || p.ID != d.UserCode || p.Client.ID != "native" || len(p.Groups) != 2 || p.Consented || len(p.Scopes) == 0 {
		t.Fatalf("%+v, %v", p, err)
	}
	if err := w.decideDevice("u1", w.decision(p.ID)); err != nil {
		t.Fatal(err)
	}
	if err := w.decideDevice("u2", w.decision(p.ID)); authapi.ErrorCode(err) != authapi.InvalidRequest {
		t.Errorf("approved twice: %v", err)
	}
	w.refused(authapi.InvalidGrant, polling(d, "other")) // another client's
	tokens := w.tokens(polling(d, "native"))
	if got := claims(t, tokens.AccessToken).Principal; got.ID != "u1" || got.Client != "native" || tokens.RefreshToken == "" {
		t.Errorf("%+v", got)
	}
	w.advance(5 * time.Second)
	w.refused(authapi.InvalidGrant, polling(d, "native")) // once
}

func TestDeviceDeniedAndExpired(t *testing.T) {
	t.Parallel()
	w := start(t)
	d := w.device("native")
	no := w.decision(d.UserCode)
	no.Grant = false
	if err := w.decideDevice("u1", no); err != nil {
		t.Fatal(err)
	}
	w.refused(authapi.AccessDenied, polling(d, "native"))

	late := w.device("native")
	w.advance(10 * time.Minute)
	w.refused(authapi.ExpiredToken, polling(late, "native"))
	if err := w.decideDevice("u1", w.decision(late.UserCode)); authapi.ErrorCode(err) != authapi.InvalidRequest {
		t.Errorf("decided after its end: %v", err)
	}
}

// Who asks too soon waits five seconds longer each time.
func TestSlowDownGrows(t *testing.T) {
	t.Parallel()
	w := start(t)
	d := w.device("native")
	w.refused(authapi.AuthorizationPending, polling(d, "native"))
	w.refused(authapi.SlowDown, polling(d, "native")) // 10 s now
	w.advance(5 * time.Second)
	w.refused(authapi.AuthorizationPending, polling(d, "native"))
	w.advance(5 * time.Second)
	w.refused(authapi.SlowDown, polling(d, "native")) // 15 s now
	w.advance(5 * time.Second)
	w.refused(authapi.AuthorizationPending, polling(d, "native"))
	w.advance(15 * time.Second)
	w.refused(authapi.AuthorizationPending, polling(d, "native"))
}

func TestGuessedUserCodes(t *testing.T) {
	t.Parallel()
	w := start(t)
	d := w.device("native")
	ask := func(user, address, code string) error {
		_, err := w.Device(as(t.Context(), user), authapi.UserCode{Code: code, Peer: authapi.Peer{Address: address}})
		return err
	}
	for range 20 { // right ones are not counted
		if err := ask("u1", "a", d.UserCode); err != nil {
			t.Fatal(err)
		}
	}
	for _, code := range []string{"", "*", "BBBB-BBBB", strings.Repeat("B", 1000), "\xff", "AAAA-AAAA", "x", "y", "z", d.DeviceCode} {
		if err := ask("u1", "a", code); authapi.ErrorCode(err) != authapi.InvalidRequest {
			t.Errorf("%q: %v", code, err)
		}
	}
	if err := ask("u1", "a", d.UserCode); fault.From(err).Status != 429 {
		t.Errorf("after ten wrong ones: %v", err)
	}
	if err := ask("u2", "b", d.UserCode); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

func TestDeviceStartRefuses(t *testing.T) {
	t.Parallel()
	for code, v := range map[string]url.Values{
		"invalid_client":  {"client_id": {"nobody"}},
		"invalid_scope":   {"client_id": {"native"}, "scope": {"operator"}},
		"invalid_request": {"client_id": {"native"}, "setup": {"Nowhere"}},
	} {
		if _, err := start(t).StartDevice(t.Context(), authapi.ExchangeRequest{Params: v}); authapi.ErrorCode(err) != code {
			t.Errorf("%v, want %s", err, code)
		}
	}
}
