package cli

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// covers: E3-058 E3-060 E3-063 E3-065 E3-066 E3-072
func TestECFlowToken(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "api-tokens.json")
	tokens := map[string]bool{}
	for _, args := range [][]string{
		{"first app"}, {"second app", "--ttl", "1d"}, {"third app", "-"},
	} {
		var out, errs strings.Builder
		e := testEnv(nil)
		e.in, e.out, e.err = strings.NewReader("swordfish\n"), &out, &errs
		root := e.root()
		root.SetArgs(append([]string{"ecflow", "token", "--add-to", path}, args...))
		if err := root.Execute(); err != nil || out.Len() > 0 {
			t.Fatalf("%v: %v, %s", args, err, out.String())
		}
		if args[len(args)-1] == "-" != (errs.Len() == 0) {
			t.Errorf("%v says %q", args, errs.String())
		}
		lines := strings.Fields(errs.String())
		if len(lines) > 0 {
			tokens[lines[len(lines)-1]] = true
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var list []struct{ Hash, Description, Expires_at string }
	if err := json.Unmarshal(text, &list); err != nil || len(list) != 3 || len(tokens) != 2 {
		t.Fatalf("%s, %v; %d tokens were shown", text, err, len(tokens))
	}
	for token := range tokens {
		if len(token) < 32 || strings.Contains(string(text), token) {
			t.Errorf("the token %q is in the file or short", token)
		}
	}
	ends, err := time.Parse("2006-01-02T15:04:05Z", list[1].Expires_at)
	if err != nil || time.Until(ends) > 24*time.Hour || list[0].Expires_at != "" || list[0].Description != "first app" {
		t.Errorf("%+v, %v", list, err)
	}
	if !strings.HasPrefix(list[0].Hash, "sha256$") || !strings.HasPrefix(list[2].Hash, "pbkdf2:sha256:") || strings.Contains(string(text), "swordfish") {
		t.Errorf("hashes %+v", list)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
}

// A public key in any of its usual forms becomes a JWK; a private one stays
// where it is.
func TestPublicKeys(t *testing.T) {
	t.Parallel()
	const ec = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt\n6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==\n-----END PUBLIC KEY-----\n"
	got, err := publicJWK([]byte(ec))
	want := `{"crv":"P-256","kty":"EC","x":"axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY","y":"T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"}`
	if err != nil || string(got) != want {
		t.Errorf("%s, %v", got, err)
	}
	for _, bad := range []string{
		"", "{", "ssh-rsa AAAA", `{"kty":"OKP","d":"x"}`, `{"kty":"oct","k":"x"}`,
		"-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
	} {
		if got, err := publicJWK([]byte(bad)); err == nil {
			t.Errorf("%q becomes %s", bad, got)
		}
	}
}
