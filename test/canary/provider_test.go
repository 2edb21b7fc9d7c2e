package canary

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// provider is an OpenID provider that answers with markers and nothing good,
// so that each goes the way of an error.
type provider struct {
	*httptest.Server
	file           string // configuration of who signs people in there
	secret, tokens marker
	asked          atomic.Int32 // times at the token endpoint
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	p := &provider{secret: mark("federation secret"), tokens: mark("upstream tokens")}
	p.Server = httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(p.Close)
	dir := t.TempDir()
	p.file = filepath.Join(dir, "federation.yaml")
	for name, text := range map[string]string{p.file: fmt.Sprintf("- {name: uni, issuer: %q, client_id: heddle, client_secret_file: secret}", p.URL),
		filepath.Join(dir, "secret"): p.secret.text} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

func (p *provider) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	var body any
	switch r.URL.Path {
	case "/.well-known/openid-configuration":
		body = map[string]any{"issuer": p.URL, "authorization_endpoint": p.URL + "/a", "token_endpoint": p.URL + "/t", "jwks_uri": p.URL + "/k"}
	case "/t":
		if _, secret, _ := r.BasicAuth(); secret != url.QueryEscape(p.secret.text) {
			w.WriteHeader(http.StatusTeapot) // the story counts on it
			return
		}
		switch p.asked.Add(1) {
		case 1:
			body = map[string]any{"access_token": p.tokens.text, "token_type": "Bearer", "id_token": p.tokens.text + ".b.c", "refresh_token": p.tokens.text}
		case 2:
			w.WriteHeader(http.StatusBadRequest)
			body = map[string]any{"error": "invalid_grant", "error_description": p.tokens.text, "code": r.PostFormValue("code")}
		default:
			w.WriteHeader(http.StatusInternalServerError)
			body = []string{p.tokens.text, r.PostFormValue("code_verifier")}
		}
	}
	_ = json.NewEncoder(w).Encode(body) // who has gone misses nothing
}
