package client

import (
	"strings"
	"testing"
)

func TestParseRedirect(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"https://app.test/cb", "https://app.test:8443/cb?x=1", "http://127.0.0.1:9999/callback",
		"http://localhost/cb", "http://[::1]:1/"} {
		if got, err := ParseRedirect(in); string(got) != in || err != nil {
			t.Errorf("ParseRedirect(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "/cb", "app.test/cb", "//app.test/cb", "http://app.test/cb", "http://127.0.0.1.evil.test/",
		"http://127.0.0.1@evil.test/", "https://u:p@app.test/", "https://app.test/#x", "https://app.test/#", "javascript:alert(1)",
		"data:text/html,x", "custom://cb", "https:///cb", "https://app.test/" + strings.Repeat("x", 2000), "https://app.test/\n"} {
		if got, err := ParseRedirect(in); err == nil {
			t.Errorf("ParseRedirect(%q) = %q", in, got)
		}
	}
}

func TestParseGrant(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]Grant{"authorization_code": AuthorizationCode, "refresh_token": RefreshToken,
		"client_credentials": ClientCredentials, "device_code": DeviceCode, "urn:ietf:params:oauth:grant-type:device_code": DeviceCode} {
		if got, err := ParseGrant(in); got != want || err != nil {
			t.Errorf("ParseGrant(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "password", "implicit", "Device_code"} {
		if got, err := ParseGrant(in); err == nil {
			t.Errorf("ParseGrant(%q) = %q", in, got)
		}
	}
}

func TestParseID(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"demo-client", "A.b_9"} {
		if got, err := ParseID(in); string(got) != in || err != nil {
			t.Errorf("ParseID(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "a b", "a\n", "ä", strings.Repeat("x", 65)} {
		if got, err := ParseID(in); err == nil {
			t.Errorf("ParseID(%q) = %q", in, got)
		}
	}
}

func TestParseMethod(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"none", "client_secret_basic", "client_secret_post", "private_key_jwt", "tls_client_auth", "self_signed_tls_client_auth"} {
		if got, err := ParseMethod(in); string(got) != in || err != nil {
			t.Errorf("ParseMethod(%q) = %q, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "client_secret_jwt", "None"} {
		if got, err := ParseMethod(in); err == nil {
			t.Errorf("ParseMethod(%q) = %q", in, got)
		}
	}
}
