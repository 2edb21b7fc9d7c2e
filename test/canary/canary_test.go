package canary

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// TestNoSecretIsTold is the whole story: every place, then every search.
func TestNoSecretIsTold(t *testing.T) {
	t.Parallel()
	p := newProvider(t)
	h := newHouse(t, p)
	control := h.want(200, "GET", "/api/v1/me", "", basic("demouser", "test123")).Header.Get("X-Request-Id")
	h.passwords()
	h.bearers()
	h.parameters()
	h.protocol()
	h.applications()
	h.suites(h.listed)
	h.transfers()
	h.elsewhere(p)
	metrics := h.want(200, "GET", "/metrics", "", basic("admin", h.operator)).body
	args := arguments()
	if err := h.Terminate(20 * time.Second); err != nil {
		t.Fatal(err)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if !strings.Contains(h.Output(), control) || !strings.Contains(h.Output(), `"level":"DEBUG"`) || !bytes.Contains(h.spans.Bytes(), []byte("cmd.auth.")) {
		t.Errorf("the canary is deaf: %d bytes of log, %d of spans", len(h.Output()), h.spans.Len())
	}
	h.search("the log", []byte(h.Output()))
	h.search("the spans", h.spans.Bytes())
	h.search("the metrics", []byte(metrics))
	h.search("the arguments of a process", args)
	for _, p := range h.refused {
		h.search("the answer to "+p.what, []byte(p.body))
	}
	h.searchDisk()
}

func (h *house) search(where string, in []byte) {
	h.t.Helper()
	for _, m := range h.markers {
		if i := m.find(in); i >= 0 {
			h.t.Errorf("%s has the %s: …%q…", where, m.place, in[max(0, i-200):min(len(in), i+60)])
		}
	}
}

// searchDisk looks through all that Heddle keeps: journals, views, the vault
// (which has hashes), working directories.
func (h *house) searchDisk() {
	h.t.Helper()
	files := 0
	err := filepath.WalkDir(h.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		b, err := os.ReadFile(path)
		if err == nil {
			files++
			h.search("the file "+path, b)
		}
		return err
	})
	if err != nil || files < 10 {
		h.t.Errorf("looked through %d files: %v", files, err)
	}
}

func basic(name, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

func object(pairs ...string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	b, err := json.Marshal(m)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// doors are one address of each.
var doors = []string{"/api/v1/me", "/DEMO-SITE/rest/core", "/jobs", "/core4/api/v1/profile", "/oauth2/groups", "/auth/userinfo"}

// passwords: right ones, wrong ones, and bodies that are not understood.
func (h *house) passwords() {
	right, wrong := h.mark("right password"), h.mark("wrong password")
	h.setPassword("hans", right)
	h.found("access token", tokenIn(h.want(200, "POST", "/api/v1/login", object("name", "admin", "password", right))))
	h.want(401, "POST", "/api/v1/login", object("name", "admin", "password", wrong))
	for _, body := range []string{`{"name":"admin","password":"` + h.mark("broken JSON"), object("name", "admin", "passwort", h.mark("unknown member")),
		`{"name":"admin","password":["` + h.mark("password of a wrong type") + `"]}`, object("name", h.mark("password as a name"), "password", "x")} {
		h.send("POST", "/api/v1/login", body)
	}
	for _, d := range doors[:4] {
		h.send("GET", d, "", basic("admin", right))
		h.fresh()
		h.want(401, "GET", d, "", basic("admin", h.mark("wrong Basic at "+d)))
	}
	h.want(200, "POST", "/core4/api/v1/login", object("username", "admin", "password", right))
	h.fresh()
	h.want(401, "POST", "/core4/api/v1/login", object("username", "admin", "password", h.mark("wrong password at core4")))
	h.send("PUT", "/core4/api/v1/login?token="+url.QueryEscape(h.mark("reset token"))+"&password="+url.QueryEscape(h.mark("password with a reset token")), "")
	h.operator = h.mark("new password")
	h.setPassword(right, h.operator)
}

// setPassword is the operator's own change of it.
func (h *house) setPassword(old, fresh string) {
	var profile struct{ Data struct{ Etag string } }
	p := h.want(200, "GET", "/core4/api/v1/profile", "", basic("admin", old))
	if err := json.Unmarshal([]byte(p.body), &profile); err != nil {
		h.t.Fatal(err)
	}
	h.want(200, "PUT", "/core4/api/v1/profile", object("etag", profile.Data.Etag, "passwd", fresh), basic("admin", old))
}

func tokenIn(p page) string {
	var token struct {
		Access string `json:"access_token"`
	}
	_ = json.Unmarshal([]byte(p.body), &token) // an empty one fails the story
	return token.Access
}

// bearers: values that are no token, or look like one, in each header.
func (h *house) bearers() {
	part := func(place string) string {
		return base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"EdDSA","kid":"` + h.mark(place) + `","iss":"` + h.URL + `","etd":"false","sub":"alice"}`))
	}
	for _, d := range doors {
		for place, value := range map[string]string{
			"bearer": h.mark("bearer at " + d), "key": "hdl_" + h.mark("API key at "+d),
			"token": part("head of a token at "+d) + "." + part("claims of a token at "+d) + "." + base64.RawURLEncoding.EncodeToString([]byte(h.mark("signature at "+d))),
		} {
			if p := h.send("GET", d, "", "Authorization: Bearer "+value); p.StatusCode/100 != 4 {
				h.t.Errorf("%s at %s: %d", place, d, p.StatusCode)
			}
		}
		h.send("GET", d, "", "Authorization: "+h.mark("scheme at "+d))
		h.send("GET", d, "", "Authorization: Basic "+h.mark("broken Basic at "+d))
		h.send("GET", d, "", "X-API-Key: "+h.mark("X-API-Key at "+d))
		h.send("GET", d, "", "X-UNICORE-SecuritySession: "+h.mark("UNICORE session at "+d))
		cookie := url.QueryEscape(h.mark("cookie at " + d))
		h.send("GET", d, "", "Cookie: heddle="+cookie+"; __Host-heddle="+cookie+"; token="+cookie)
	}
}

// secrets are the parameters that carry one.
var secrets = []string{"access_token", "code", "refresh_token", "client_secret", "device_code", "token", "key", "password", "passwd",
	"id_token_hint", "client_assertion", "code_verifier"}

// parameters: in each query, read there or not, and in each form.
func (h *house) parameters() {
	for _, path := range append([]string{"/auth/authorize", "/auth/login", "/auth/redirect", "/auth/logout", "/auth/token", "/v1/suites", "/nothing", "/"}, doors...) {
		for _, name := range secrets {
			h.send("GET", path+"?username=alice&"+name+"="+url.QueryEscape(h.mark(name+" in the query of "+path)), "")
		}
	}
	for _, path := range []string{"/auth/token", "/oauth2/token", "/auth/revoke", "/auth/introspect", "/auth/device", "/auth/login", "/core4/api/v1/login", "/jobs"} {
		for _, name := range secrets {
			h.send("POST", path, url.Values{"client_id": {"demo-client"}, "grant_type": {"authorization_code"}, name: {h.mark(name + " in a form at " + path)}}.Encode())
		}
	}
}

// protocol: each grant with a secret of its own, and clients that prove who they are.
func (h *house) protocol() {
	for grant, name := range map[string]string{"authorization_code": "code", "refresh_token": "refresh_token", "urn:ietf:params:oauth:grant-type:device_code": "device_code"} {
		for _, path := range []string{"/auth/token", "/oauth2/token"} {
			h.want(400, "POST", path, url.Values{"client_id": {"demo-client"}, "grant_type": {grant}, name: {h.mark("unknown " + name)},
				"code_verifier": {h.mark("code verifier")}, "redirect_uri": {"http://127.0.0.1:9999/callback"}}.Encode())
		}
	}
	for _, path := range []string{"/auth/token", "/oauth2/token", "/auth/introspect", "/auth/revoke"} {
		h.send("POST", path, "grant_type=client_credentials&token="+url.QueryEscape(h.mark("token of another")), basic("demo-client", h.mark("client secret by Basic")))
		h.send("POST", path, url.Values{"grant_type": {"client_credentials"}, "client_assertion_type": {"urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
			"client_assertion": {h.mark("assertion")}}.Encode())
	}
}

const callback = "http://127.0.0.1:47111/callback"

// applications: everything that Heddle itself gives out on the way of an
// application, from the cookie to the refresh token.
func (h *house) applications() {
	h.fresh()
	verifier := h.found("code verifier", base64.RawURLEncoding.EncodeToString([]byte(mark("x").text+mark("x").text)))
	ask := h.want(303, "GET", "/auth/authorize?"+url.Values{"response_type": {"code"}, "client_id": {authapi.CommandLine}, "redirect_uri": {callback},
		"scope": {"openid offline_access api"}, "state": {h.mark("state of an application")}, "code_challenge_method": {"S256"}, "code_challenge": {challenge(verifier)}}.Encode(), "")
	login := h.want(200, "GET", ask.Header.Get("Location"), "")
	in := h.submit(login, "/auth/login", "username", "demouser", "password", "test123")
	for _, c := range h.http.Jar.Cookies(login.Request.URL) {
		h.found("session cookie", c.Value)
	}
	consent := h.want(200, "GET", in.Header.Get("Location"), "")
	back, err := url.Parse(h.submit(consent, in.Header.Get("Location"), "grant", "Grant").Header.Get("Location"))
	if err != nil {
		h.t.Fatal(err)
	}
	code := h.found("code", back.Query().Get("code"))
	redeem := url.Values{"grant_type": {"authorization_code"}, "client_id": {authapi.CommandLine}, "code": {code}, "redirect_uri": {callback}, "code_verifier": {verifier}}
	access, refresh := h.tokens(h.want(200, "POST", "/auth/token", redeem.Encode()))
	h.want(200, "GET", "/api/v1/me", "", "Authorization: Bearer "+access)
	again := url.Values{"grant_type": {"refresh_token"}, "client_id": {authapi.CommandLine}, "refresh_token": {refresh}}
	access, _ = h.tokens(h.want(200, "POST", "/auth/token", again.Encode()))
	h.want(400, "POST", "/auth/token", again.Encode())  // the old one, again
	h.want(400, "POST", "/auth/token", redeem.Encode()) // the code, again
	h.want(401, "GET", "/api/v1/me", "", "Authorization: Bearer "+access)
	h.ownKeys()
}

// tokens notes what an answer gives.
func (h *house) tokens(p page) (access, refresh string) {
	var t struct {
		Access  string `json:"access_token"`
		Refresh string `json:"refresh_token"`
		ID      string `json:"id_token"`
	}
	if err := json.Unmarshal([]byte(p.body), &t); err != nil {
		h.t.Fatal(err)
	}
	h.found("ID token", t.ID)
	return h.found("access token", t.Access), h.found("refresh token", t.Refresh)
}

// ownKeys: an API key at the doors that take one, and what a device waits with.
func (h *house) ownKeys() {
	h.fresh()
	var key struct{ Secret string }
	p := h.want(201, "POST", "/api/v1/tokens", `{"name":"canary","scopes":["api"]}`, basic("demouser", "test123"))
	if err := json.Unmarshal([]byte(p.body), &key); err != nil {
		h.t.Fatal(err)
	}
	h.found("API key", key.Secret)
	for _, d := range doors[:4] {
		h.send("GET", d, "", "X-API-Key: "+key.Secret)
		h.fresh()
		h.send("GET", d, "", "Authorization: Bearer "+key.Secret+"x")
	}
	var device struct {
		Code string `json:"device_code"`
	}
	p = h.want(200, "POST", "/auth/device", "client_id="+authapi.CommandLine+"&scope=api")
	if err := json.Unmarshal([]byte(p.body), &device); err != nil {
		h.t.Fatal(err)
	}
	h.want(400, "POST", "/auth/token", url.Values{"grant_type": {"urn:ietf:params:oauth:grant-type:device_code"}, "client_id": {authapi.CommandLine},
		"device_code": {h.found("device code", device.Code)}}.Encode())
}

// elsewhere: a provider that gives everything away.
func (h *house) elsewhere(p *provider) {
	for i, status := range []int{http.StatusUnauthorized, http.StatusUnauthorized, http.StatusBadGateway} {
		h.fresh()
		to, err := url.Parse(h.want(303, "GET", "/auth/login/uni", "").Header.Get("Location"))
		if err != nil {
			h.t.Fatal(err)
		}
		state := h.found("state of a login elsewhere", to.Query().Get("state"))
		h.want(status, "GET", "/auth/redirect?"+url.Values{"state": {state}, "code": {h.mark("upstream code")}, "iss": {p.URL}}.Encode(), "")
		if int(p.asked.Load()) != i+1 {
			h.t.Errorf("the provider was asked %d times for tokens, not %d", p.asked.Load(), i+1)
		}
	}
}

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
