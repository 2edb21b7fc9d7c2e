package oauth_test

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
)

// A redirect that is not the client's is said on a page and never followed.
func TestRedirects(t *testing.T) {
	t.Parallel()
	web, native, v6 := "https://app.example/cb", "http://127.0.0.1:1/cb?x", "http://[::1]/cb"
	for _, c := range []struct {
		registered string
		native     bool
		sent       string
		good       bool
	}{
		{web, false, web, true},
		{web, false, web + "/", false},
		{web, false, web + "?a=b", false},
		{web, false, web + "#f", false},
		{web, false, "https://app.example/CB", false},
		{web, false, "https://app.example/c%62", false},
		{web, false, "https://app.example/c%2562", false},
		{web, false, "https://app.example/./cb", false},
		{web, false, "https://app.example/%2e/cb", false},
		{web, false, "https://APP.example/cb", false},
		{web, false, "http://app.example/cb", false},
		{web, false, "https://app.example:8443/cb", false},
		{web, false, "https://evil@app.example/cb", false},
		{web, false, "https://app.example.evil/cb", false},
		{web, false, "https://app.example/cb.evil", false},
		{web, false, "javascript:alert(1)", false},
		{web, true, "https://app.example:8443/cb", false},
		{native, false, "http://127.0.0.1:2/cb?x", false},
		{native, true, "http://127.0.0.1:2/cb?x", true},
		{native, true, "http://127.0.0.1/cb?x", true},
		{native, true, "http://127.0.0.1:2/cb", false},
		{native, true, "http://127.0.0.1:2/cb?x&y", false},
		{native, true, "http://127.0.0.1:2/c%62?x", false},
		{native, true, "http://127.0.0.1:2/cb?x#f", false},
		{native, true, "http://127.0.0.1:2/cb?x#", false},
		{native, true, "http://localhost:2/cb?x", false},
		{native, true, "http://127.0.0.2:2/cb?x", false},
		{native, true, "http://127.0.0.1.evil:2/cb?x", false},
		{native, true, "http://evil@127.0.0.1:2/cb?x", false},
		{native, true, "http://127.0.0.1:2@evil/cb?x", false},
		{native, true, "https://127.0.0.1:2/cb?x", false},
		{native, true, "http://127.0.0.1:/cb?x", false},
		{native, true, "http://127.0.0.1:x/cb?x", false},
		{native, true, "http://127.0.0.1:2\\@evil/cb?x", false},
		{v6, true, "http://[::1]:2/cb", true},
		{v6, true, "http://[0:0::1]:2/cb", false},
		{v6, true, "http://[::1%25lo]:2/cb", false},
		{"https://localhost/cb", true, "http://localhost:2/cb", false},
	} {
		w := start(t)
		w.clients["c"] = clientauth.Client{ID: "c", Native: c.native, Redirects: []string{c.registered}, Grants: []string{"authorization_code"}}
		p, err := w.authorize(authapi.FormOIDC, ask("client_id", "c", "redirect_uri", c.sent))
		if good := err == nil && p.Refused == "" && p.ID != ""; good != c.good || !c.good && err == nil {
			t.Errorf("%s registered (native: %v), %s sent: %+v, %v", c.registered, c.native, c.sent, p, err)
		}
	}
}

// The checks before the redirect is known end on a page, those after it at the
// client, with its state and the issuer.
func TestAuthorizeRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		form  authapi.Form
		pairs []string
		page  bool
		code  string
	}{
		"no client":               {pairs: []string{"client_id", ""}, page: true, code: "invalid_request"},
		"unknown client":          {pairs: []string{"client_id", "nobody"}, page: true, code: "invalid_request"},
		"no redirect, two there":  {pairs: []string{"client_id", "two", "redirect_uri", ""}, page: true, code: "invalid_request"},
		"NUL":                     {pairs: []string{"state", "a\x00"}, page: true, code: "invalid_request"},
		"invalid UTF-8":           {pairs: []string{"state", "\xff"}, page: true, code: "invalid_request"},
		"over-long":               {pairs: []string{"state", strings.Repeat("x", 8<<10+1)}, page: true, code: "invalid_request"},
		"request object":          {pairs: []string{"request", "x"}, code: "request_not_supported"},
		"request_uri":             {pairs: []string{"request_uri", "https://x"}, code: "request_uri_not_supported"},
		"no response type":        {pairs: []string{"response_type", ""}, code: "invalid_request"},
		"implicit":                {pairs: []string{"response_type", "token"}, code: "unsupported_response_type"},
		"fragment":                {pairs: []string{"response_mode", "fragment"}, code: "invalid_request"},
		"unknown scope":           {pairs: []string{"scope", "root"}, code: "invalid_scope"},
		"proxy":                   {pairs: []string{"scope", "proxy"}, code: "invalid_scope"},
		"scope of others":         {pairs: []string{"scope", "operator"}, code: "invalid_scope"},
		"public, no challenge":    {pairs: []string{"client_id", "other", "code_challenge", "", "code_challenge_method", ""}, code: "invalid_request"},
		"plain":                   {pairs: []string{"code_challenge_method", "plain"}, code: "invalid_request"},
		"no method":               {pairs: []string{"code_challenge_method", ""}, code: "invalid_request"},
		"method, no challenge":    {pairs: []string{"code_challenge", ""}, code: "invalid_request"},
		"short challenge":         {pairs: []string{"code_challenge", "abc"}, code: "invalid_request"},
		"long challenge":          {pairs: []string{"code_challenge", s256(verifier) + "A"}, code: "invalid_request"},
		"unknown prompt":          {pairs: []string{"prompt", "dance"}, code: "invalid_request"},
		"none and login":          {pairs: []string{"prompt", "none login"}, code: "invalid_request"},
		"max_age":                 {pairs: []string{"max_age", "-1"}, code: "invalid_request"},
		"setup":                   {pairs: []string{"setup", "Nowhere"}, code: "invalid_request"},
		"no group":                {pairs: []string{"group", "users operator"}, code: "invalid_scope"},
		"a foreign group":         {pairs: []string{"group", "gr\u00fcn"}, code: "invalid_scope"},
		"two groups":              {pairs: []string{"scope", "g:users", "group", "admins"}, code: "invalid_scope"},
		"DIRAC: no response type": {form: authapi.FormDIRAC, pairs: []string{"response_type", ""}, page: true, code: "unsupported_response_type"},
		"DIRAC: token":            {form: authapi.FormDIRAC, pairs: []string{"response_type", "token"}, page: true, code: "unsupported_response_type"},
		"DIRAC: setup":            {form: authapi.FormDIRAC, pairs: []string{"setup", "Nowhere"}, page: true, code: "invalid_request"},
		"DIRAC: plain":            {form: authapi.FormDIRAC, pairs: []string{"code_challenge_method", "plain"}, code: "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := start(t).authorize(c.form, ask(c.pairs...))
			switch {
			case c.page && authapi.ErrorCode(err) != c.code:
				t.Errorf("%v, want %s", err, c.code)
			case !c.page && (err != nil || !strings.HasPrefix(p.Refused, callback+"&")):
				t.Errorf("%+v, %v", p, err)
			case !c.page:
				if a := answer(t, p.Refused); a.Get("error") != c.code || a.Get("state") != "st" || a.Get("iss") != "https://h" || a.Get("x") != "1" || p.ID != "" {
					t.Errorf("%s", p.Refused)
				}
			}
		})
	}
}

func TestRepeatedParameters(t *testing.T) {
	t.Parallel()
	w := start(t)
	twice := ask()
	twice["scope"] = []string{"openid", "api"}
	if _, err := w.authorize(authapi.FormOIDC, twice); authapi.ErrorCode(err) != authapi.InvalidRequest {
		t.Error(err)
	}
	last := ask()
	last["response_type"] = []string{"token", "code"}
	if _, err := w.authorize(authapi.FormOIDC, last); authapi.ErrorCode(err) != authapi.InvalidRequest {
		t.Error(err)
	}
	if p, err := w.authorize(authapi.FormDIRAC, last); err != nil || p.ID == "" {
		t.Error("DIRAC's last one counts:", err)
	}
	v := redeem("x")
	v.Add("code", "y")
	w.refused(authapi.InvalidRequest, v)
}

// Whatever the state holds comes back as it was, and breaks nothing.
func TestStates(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"a\r\nLocation: https://evil", `"'<script>`, "a&code=evil#x", strings.Repeat("é", 1024), "+ %20"} {
		w := start(t)
		p, err := w.authorize(authapi.FormOIDC, ask("state", state))
		if err != nil {
			t.Fatal(err)
		}
		to, err := w.Decide(as(t.Context(), "u1"), authapi.Decision{ID: p.ID})
		if err != nil || strings.ContainsAny(to.URL, "\r\n\"'<># ") {
			t.Fatalf("%s, %v", to.URL, err)
		}
		a := answer(t, to.URL)
		if a.Get("state") != state || a.Get("error") != "access_denied" || a.Get("code") != "" {
			t.Errorf("%q: %s", state, to.URL)
		}
	}
}
