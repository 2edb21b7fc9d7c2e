// Package federationtest is an OpenID provider for tests: it does what a
// provider must, checks what a client must send, and lies on demand.
package federationtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Client, Secret and Redirect are what the provider has registered.
const (
	Client   = "heddle"
	Secret   = "s3cret+/of the%client"
	Redirect = "http://heddle.test/auth/redirect"
)

// Provider runs on loopback until the test ends.
type Provider struct {
	t      testing.TB
	server *httptest.Server
	now    func() time.Time
	key    *ecdsa.PrivateKey

	mu       sync.Mutex
	codes    map[string]url.Values // code → authorization request
	n        int
	asked    map[string]int
	person   map[string]any
	change   func(claims map[string]any)
	sign     func(claims map[string]any) string
	document map[string]any
	instead  map[string]http.HandlerFunc
	info     map[string]any
}

// Start runs a provider.
func Start(t testing.TB, now func() time.Time) *Provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &Provider{t: t, now: now, key: key, codes: map[string]url.Values{}, asked: map[string]int{},
		document: map[string]any{}, instead: map[string]http.HandlerFunc{},
		person: map[string]any{"sub": "sub-1", "preferred_username": "carol"}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /jwks", p.keys)
	mux.HandleFunc("GET /authorize", p.authorize)
	mux.HandleFunc("POST /token", p.token)
	mux.HandleFunc("GET /userinfo", p.userinfo)
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.asked[r.URL.Path]++
		h := p.instead[r.URL.Path]
		p.mu.Unlock()
		if h == nil {
			h = mux.ServeHTTP
		}
		h(w, r)
	}))
	t.Cleanup(p.server.Close)
	return p
}

// Issuer is the provider's address.
func (p *Provider) Issuer() string { return p.server.URL }

// Stop makes it unreachable.
func (p *Provider) Stop() { p.server.Close() }

// Person sets who is signed in there: the claims of the ID token.
func (p *Provider) Person(claims map[string]any) { p.set(func() { p.person = claims }) }

// Info sets what the userinfo endpoint says; it offers none until then.
func (p *Provider) Info(claims map[string]any) { p.set(func() { p.info = claims }) }

// Change changes the claims of each ID token before it is signed.
func (p *Provider) Change(f func(claims map[string]any)) { p.set(func() { p.change = f }) }

// Sign replaces the signing of ID tokens.
func (p *Provider) Sign(f func(claims map[string]any) string) { p.set(func() { p.sign = f }) }

// Document changes the discovery document.
func (p *Provider) Document(changes map[string]any) { p.set(func() { p.document = changes }) }

// Instead answers a path in another way; nil: as it should.
func (p *Provider) Instead(path string, h http.HandlerFunc) { p.set(func() { p.instead[path] = h }) }

// Asked is how often a path was asked for.
func (p *Provider) Asked(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[path]
}

// Questions is how often the provider was asked for anything.
func (p *Provider) Questions() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.asked {
		n += m
	}
	return n
}

func (p *Provider) set(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

// Browse goes where a login sends the browser, as the person who is signed in
// there, and returns what it brings back.
func (p *Provider) Browse(address string) url.Values {
	p.t.Helper()
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := browser.Get(address)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	back, err := r.Location()
	if err != nil {
		p.t.Fatalf("the provider answers %s", r.Status)
	}
	return back.Query()
}

// Claims are those of a good ID token for a nonce.
func (p *Provider) Claims(nonce string) map[string]any {
	p.mu.Lock()
	defer p.mu.Unlock()
	c := maps.Clone(p.person)
	maps.Copy(c, map[string]any{"iss": p.server.URL, "aud": Client, "nonce": nonce,
		"iat": p.now().Unix(), "exp": p.now().Unix() + 300})
	return c
}

// JWT signs with the provider's key; header members replace the usual ones.
func (p *Provider) JWT(claims, header map[string]any) string {
	return Signed(p.t, jose.ES256, p.key, map[string]any{"kid": "k1", "typ": "JWT"}, header, claims)
}

// PublicKey is the provider's.
func (p *Provider) PublicKey() crypto.PublicKey { return p.key.Public() }

// Signed makes any signed token.
func Signed(t testing.TB, alg jose.SignatureAlgorithm, key any, usual, header, claims map[string]any) string {
	opts := new(jose.SignerOptions)
	members := maps.Clone(usual)
	maps.Copy(members, header)
	for name, value := range members {
		opts = opts.WithHeader(jose.HeaderKey(name), value)
	}
	s, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, opts)
	if err != nil {
		t.Error(err)
		return ""
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Error(err)
		return ""
	}
	jws, err := s.Sign(payload)
	if err != nil {
		t.Error(err)
		return ""
	}
	token, err := jws.CompactSerialize()
	if err != nil {
		t.Error(err)
	}
	return token
}

func challenge(verifier string) string {
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
