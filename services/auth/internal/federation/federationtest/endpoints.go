package federationtest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"

	"github.com/go-jose/go-jose/v4"
)

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	at := p.server.URL
	d := map[string]any{
		"issuer": at, "authorization_endpoint": at + "/authorize", "token_endpoint": at + "/token", "jwks_uri": at + "/jwks",
		"id_token_signing_alg_values_supported": []string{"ES256"}, "authorization_response_iss_parameter_supported": true,
	}
	if p.info != nil {
		d["userinfo_endpoint"] = at + "/userinfo"
	}
	maps.Copy(d, p.document)
	answer(w, d)
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	answer(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: p.key.Public(), KeyID: "k1", Use: "sig", Algorithm: "ES256"}}})
}

// authorize signs the person in without a question.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	for name, want := range map[string]string{"response_type": "code", "client_id": Client, "redirect_uri": Redirect, "code_challenge_method": "S256"} {
		if q.Get(name) != want {
			p.t.Errorf("at the provider %s is %q, not %q", name, q.Get(name), want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 43 {
			p.t.Errorf("at the provider %s has only %d characters", name, len(q.Get(name)))
		}
	}
	p.mu.Lock()
	p.n++
	code := fmt.Sprint("code-", p.n)
	p.codes[code] = q
	p.mu.Unlock()
	back := url.Values{"state": {q.Get("state")}, "code": {code}, "iss": {p.server.URL}}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther)
}

// token redeems a code once, for the client that it is for.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, _ := r.BasicAuth()
	id, _ = url.QueryUnescape(id)
	secret, _ = url.QueryUnescape(secret)
	if id != Client || secret != Secret {
		refuse(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	p.mu.Lock()
	asked, found := p.codes[r.PostFormValue("code")]
	delete(p.codes, r.PostFormValue("code"))
	change, sign := p.change, p.sign
	p.mu.Unlock()
	if !found || asked.Get("code_challenge") != challenge(r.PostFormValue("code_verifier")) || r.PostFormValue("redirect_uri") != Redirect {
		refuse(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	claims := p.Claims(asked.Get("nonce"))
	if change != nil {
		change(claims)
	}
	if sign == nil {
		sign = func(claims map[string]any) string { return p.JWT(claims, nil) }
	}
	answer(w, map[string]any{"access_token": "at-1", "token_type": "Bearer", "expires_in": 300, "id_token": sign(claims)})
}

func (p *Provider) userinfo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer at-1" {
		refuse(w, http.StatusUnauthorized, "invalid_token")
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	answer(w, p.info)
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"error": code}) // as above
}
