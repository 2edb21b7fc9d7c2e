package gateway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway"
	"github.com/heddle-dev/heddle/services/gateway/internal/browser/browsertest"
)

// house is a Heddle with a name that others can reach: its address.
type house struct {
	issuer string
	stop   func() // of its gateway
}

func newHouse(t *testing.T, listen string, cfg auth.Config) house {
	t.Helper()
	nats, dir, log := natstest.Start(t), t.TempDir(), logx.Discard()
	cfg.Issuer, cfg.DataDir = "http://"+listen, dir
	a := auth.New(cfg, auth.Deps{NATS: nats.Conn(t), Log: log})
	begin(t, a)
	g, err := gateway.New(gateway.Config{Listen: []string{listen}, Issuer: cfg.Issuer, DataDir: filepath.Join(dir, "gateway"), Drain: 2 * time.Second},
		gateway.Deps{NATS: nats.Conn(t), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	stop := begin(t, g)
	ready(t, a, g)
	return house{cfg.Issuer, stop}
}

// twoHouses are one where people have their users, and one that sends them there.
func twoHouses(t *testing.T) (up, down house) {
	t.Helper()
	at := listentest.Host() + ":8080"
	up = newHouse(t, listentest.Host()+":8080", auth.Config{Demo: true, Seed: auth.Seed{Clients: []authapi.Registration{{
		ID: "downstream", Name: "The other site", Redirects: []string{"http://" + at + "/auth/redirect"}, Grants: []string{"authorization_code"},
	}}}})
	path := filepath.Join(t.TempDir(), "federation.yaml")
	text := fmt.Sprintf(`[{name: up, title: Heddle elsewhere, issuer: %q, client_id: downstream, scopes: [openid, profile, groups],
		groups: {users: cms}, create: true, bearer: true, audiences: [heddle]}]`, up.issuer)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return up, newHouse(t, at, auth.Config{Federation: path, Seed: auth.Seed{Groups: []authapi.Group{{Name: "cms"}}}})
}

// leads follows redirects, from house to house, until a page comes.
func leads(t *testing.T, a *browsertest.Agent, to string) browsertest.Page {
	t.Helper()
	for range 10 {
		if u, err := url.Parse(to); err != nil {
			t.Fatal(err)
		} else if u.Host != "" {
			a.Base = u.Scheme + "://" + u.Host
		}
		p := a.Get(to)
		if p.StatusCode != http.StatusSeeOther {
			return p
		}
		to = p.Location()
	}
	t.Fatalf("it goes in circles, at last to %s", to)
	return browsertest.Page{}
}

func ask(h house, verifier string) string {
	c := oauth2.Config{ClientID: authapi.CommandLine, Endpoint: oauth2.Endpoint{AuthURL: h.issuer + "/auth/authorize"}, RedirectURL: callback, Scopes: []string{"openid", "api"}}
	return c.AuthCodeURL("st", oauth2.S256ChallengeOption(verifier))
}

// elsewhere goes from an application's question through the login page's
// button to the answer that the other house gives the browser along.
func elsewhere(t *testing.T, a *browsertest.Agent, up, down house, verifier, answer string) string {
	t.Helper()
	login := leads(t, a, ask(down, verifier)).Want(t, 200, "Heddle elsewhere")
	_, rest, _ := strings.Cut(login.Body, "/auth/login/up")
	query, _, _ := strings.Cut(rest, `"`)
	there := leads(t, a, down.issuer+"/auth/login/up"+query).Want(t, 200, `name="password"`)
	to := a.Submit(there, "username", "demouser", "password", "test123").Want(t, 303).Location()
	consent := leads(t, a, to).Want(t, 200, "The other site", "demouser")
	return a.Submit(consent, "grant", answer).Want(t, 303, down.issuer+"/auth/redirect?").Location()
}

// me is who the house says that a token's bearer is.
func me(t *testing.T, h house, token string) (status int, p struct {
	Name   string   `json:"name"`
	Groups []string `json:"groups"`
}) {
	t.Helper()
	a := browsertest.Program(t, h.issuer, nil).Get("/api/v1/me", "Authorization: Bearer "+token)
	if err := json.Unmarshal([]byte(a.Body), &p); err != nil {
		t.Errorf("%d %s", a.StatusCode, a.Body)
	}
	return a.StatusCode, p
}

// A person whose user is at another site signs in there, and goes on here:
// consent, code, token. After that the other site is not asked again.
//
// covers: U4-022
func TestSignInElsewhereAndGoOnHere(t *testing.T) {
	t.Parallel()
	up, down := twoHouses(t)
	verifier := oauth2.GenerateVerifier()
	a := browsertest.New(t, down.issuer, nil)
	back := elsewhere(t, a, up, down, verifier, "Grant")
	consent := leads(t, a, back).Want(t, 200, "The heddle command line", "demouser")
	answer, err := url.Parse(a.Submit(consent, "grant", "Grant").Want(t, 303, callback).Location())
	if err != nil {
		t.Fatal(err)
	}
	c := oauth2.Config{ClientID: authapi.CommandLine, RedirectURL: callback,
		Endpoint: oauth2.Endpoint{TokenURL: down.issuer + "/auth/token", AuthStyle: oauth2.AuthStyleInParams}}
	tokens, err := c.Exchange(t.Context(), answer.Query().Get("code"), oauth2.VerifierOption(verifier))
	if err != nil {
		t.Fatal(err)
	}
	if status, p := me(t, down, tokens.AccessToken); status != 200 || p.Name != "demouser" || len(p.Groups) != 1 || p.Groups[0] != "cms" {
		t.Errorf("signed in as %d %+v", status, p)
	}
	if status, _ := me(t, up, tokens.AccessToken); status != 401 {
		t.Errorf("the token of one house is %d in the other", status)
	}
	theirs := theirToken(t, up)
	if status, p := me(t, down, theirs); status != 200 || p.Name != "demouser" {
		t.Errorf("with the other house's token: %d %+v", status, p)
	}
	a.Get(back).Want(t, 400, "not begun in this browser") // it has another cookie since it is signed in
	up.stop()
	a.Get("/auth/account").Want(t, 200, "demouser")
	for _, token := range []string{tokens.AccessToken, theirs} {
		if status, _ := me(t, down, token); status != 200 {
			t.Errorf("with the other house away: %d", status)
		}
	}
}

// theirToken is what demouser has from the other house for use there.
func theirToken(t *testing.T, up house) string {
	t.Helper()
	a := browsertest.Program(t, up.issuer, nil)
	r, err := a.HTTP.Post(up.issuer+"/api/v1/login", "application/json", strings.NewReader(`{"name":"demouser","password":"test123"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var token struct {
		AccessToken string `json:"access_token"`
	}
	if err := json.NewDecoder(r.Body).Decode(&token); err != nil || token.AccessToken == "" {
		t.Fatalf("%s, %v", r.Status, err)
	}
	return token.AccessToken
}

// What goes wrong elsewhere is told here, on a page.
func TestNotSignedInElsewhere(t *testing.T) {
	t.Parallel()
	up, down := twoHouses(t)
	a := browsertest.New(t, down.issuer, nil)
	denied := elsewhere(t, a, up, down, oauth2.GenerateVerifier(), "Deny")
	a.Get(denied).Want(t, 401, "Heddle elsewhere did not sign you in")
	good := elsewhere(t, browsertest.New(t, down.issuer, nil), up, down, oauth2.GenerateVerifier(), "Grant")
	thief := browsertest.New(t, down.issuer, nil)
	thief.Get(good).Want(t, 400, "not begun in this browser")
	thief.Get("/auth/login/up").Want(t, 303, up.issuer)
	thief.Get(good).Want(t, 400, "begun in another browser")
	thief.Get("/auth/login/nowhere").Want(t, 404, "no such provider")
	other := newHouse(t, listentest.Host()+":8080", auth.Config{Federation: unreachable(t)})
	browsertest.New(t, other.issuer, nil).Get("/auth/login/gone").Want(t, 502, "Nobody is there cannot be reached")
}

func unreachable(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "federation.yaml")
	text := fmt.Sprintf("- {name: gone, title: Nobody is there, issuer: 'http://%s:1', client_id: x}", listentest.Host())
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
