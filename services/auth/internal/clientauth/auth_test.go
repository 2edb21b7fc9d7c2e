package clientauth_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/flow/memory"
	"github.com/heddle-dev/heddle/services/auth/internal/throttle"
)

var at = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// registry is the registered clients; a secret's entry in the vault is the
// secret itself.
type registry struct {
	clients  map[string]clientauth.Client
	compared int
}

func (r *registry) Client(_ context.Context, id string) (clientauth.Client, error) {
	c, found := r.clients[id]
	if !found {
		return clientauth.Client{}, clientauth.ErrNoClient
	}
	return c, nil
}

func (r *registry) SecretMatches(_ context.Context, credentials []string, secret string) (bool, error) {
	r.compared++
	return slices.Contains(credentials, secret), nil
}

// signed stands for JOSE: an assertion is its own JSON between two dots, and
// signed if the first part is the key.
type signed struct{}

func (signed) Assertion(jwt string, keys json.RawMessage) (a clientauth.Assertion, err error) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 || parts[0] != string(keys) {
		return a, errors.New("not signed by it")
	}
	body, _ := base64.RawURLEncoding.DecodeString(parts[1])
	return a, json.Unmarshal(body, &a)
}

func (signed) HasKey(keys json.RawMessage, spki string) (bool, error) {
	return string(keys) == spki, nil
}

func assertion(key string, change func(*clientauth.Assertion)) string {
	a := clientauth.Assertion{Issuer: "jwt", Subject: "jwt", ID: "1", Audience: []string{"https://h"}, Expires: at.Add(time.Minute)}
	if change != nil {
		change(&a)
	}
	body, _ := json.Marshal(struct {
		clientauth.Assertion
		Sub string `json:"sub"`
	}{a, a.Subject})
	return key + "." + base64.RawURLEncoding.EncodeToString(body) + ".sig"
}

type bench struct {
	*clientauth.Authenticator
	registry *registry
	store    *memory.Store
}

func start() *bench {
	now := func() time.Time { return at }
	b := &bench{store: memory.New(now), registry: &registry{clients: map[string]clientauth.Client{}}}
	for _, c := range []clientauth.Client{
		{ID: "public", Method: clientauth.None},
		{ID: "basic", Method: clientauth.Basic, Credentials: []string{"s3 cret%"}},
		{ID: "unset", Method: clientauth.Basic},
		{ID: "post", Method: clientauth.Post, Credentials: []string{"s3cret"}},
		{ID: "jwt", Method: clientauth.PrivateKey, Keys: json.RawMessage("key")},
		{ID: "tls", Method: clientauth.TLS, TLSSubject: "/O=x/CN=y"},
		{ID: "untls", Method: clientauth.TLS},
		{ID: "self", Method: clientauth.SelfSigned, Keys: json.RawMessage("spki")},
	} {
		b.registry.clients[c.ID] = c
	}
	b.Authenticator = clientauth.New(clientauth.Needs{
		Clients: b.registry, Assertions: signed{}, Store: b.store, Now: now,
		Failures:  throttle.New(b.store, throttle.Limits{Of: "client", Pair: 20, Window: 15 * time.Minute}),
		Audiences: []string{"https://h", "https://h/auth/token"},
	})
	return b
}

func basic(id, secret string) clientauth.Proof {
	return clientauth.Proof{Basic: &authapi.BasicClient{ID: id, Secret: secret}}
}

func post(id, secret string) clientauth.Proof { return clientauth.Proof{ID: id, Secret: secret} }

func jwt(text string) clientauth.Proof {
	return clientauth.Proof{Assertion: text, AssertionType: clientauth.AssertionType}
}

func tls(id string, change func(*authapi.Certificate)) clientauth.Proof {
	c := authapi.Certificate{DN: "/O=x/CN=y", SPKI: "spki", Trusted: true, Expires: at.Add(time.Hour)}
	if change != nil {
		change(&c)
	}
	return clientauth.Proof{ID: id, Peer: authapi.Peer{Certificate: &c}}
}

func TestClient(t *testing.T) {
	t.Parallel()
	with := func(p clientauth.Proof, change func(*clientauth.Proof)) clientauth.Proof { change(&p); return p }
	aud := func(aud ...string) string {
		return assertion("key", func(a *clientauth.Assertion) { a.Audience = aud })
	}
	ends := func(d time.Duration) string {
		return assertion("key", func(a *clientauth.Assertion) { a.Expires = at.Add(d) })
	}
	for name, c := range map[string]struct {
		proof clientauth.Proof
		want  string // the client, or a code with a dot before it
	}{
		"public":                         {post("public", ""), "public"},
		"public with a secret":           {post("public", "x"), ".invalid_client"},
		"public by header":               {basic("public", ""), ".invalid_client"},
		"nobody":                         {post("", ""), ".invalid_request"},
		"unknown":                        {post("nobody", ""), ".invalid_client"},
		"unknown with a secret":          {post("nobody", "x"), ".invalid_client"},
		"unknown by header":              {basic("nobody", "x"), ".invalid_client"},
		"basic":                          {basic("basic", "s3+cret%25"), "basic"},
		"basic, not form-encoded":        {basic("basic", "s3 cret%"), ".invalid_client"},
		"basic, wrong":                   {basic("basic", "s3cret"), ".invalid_client"},
		"basic, empty":                   {basic("basic", ""), ".invalid_client"},
		"basic, none registered":         {basic("unset", ""), ".invalid_client"},
		"basic, sent in the body":        {post("basic", "s3 cret%"), ".invalid_client"},
		"basic, nothing sent":            {post("basic", ""), ".invalid_client"},
		"basic and the same id":          {with(basic("basic", "s3+cret%25"), func(p *clientauth.Proof) { p.ID = "basic" }), "basic"},
		"basic and another id":           {with(basic("basic", "s3+cret%25"), func(p *clientauth.Proof) { p.ID = "public" }), ".invalid_request"},
		"basic and a secret":             {with(basic("basic", "s3+cret%25"), func(p *clientauth.Proof) { p.Secret = "x" }), ".invalid_request"},
		"basic and an assertion":         {with(jwt(aud("https://h")), func(p *clientauth.Proof) { p.Basic = &authapi.BasicClient{ID: "jwt"} }), ".invalid_request"},
		"post":                           {post("post", "s3cret"), "post"},
		"post by header":                 {basic("post", "s3cret"), ".invalid_client"},
		"assertion":                      {jwt(aud("https://h")), "jwt"},
		"assertion and its id":           {with(jwt(aud("https://h")), func(p *clientauth.Proof) { p.ID = "jwt" }), "jwt"},
		"assertion and another id":       {with(jwt(aud("https://h")), func(p *clientauth.Proof) { p.ID = "self" }), ".invalid_client"},
		"assertion and a public id":      {with(jwt(aud("https://h")), func(p *clientauth.Proof) { p.ID = "public" }), ".invalid_client"},
		"assertion of another type":      {with(jwt(aud("https://h")), func(p *clientauth.Proof) { p.AssertionType = "saml" }), ".invalid_request"},
		"a type without an assertion":    {with(jwt(""), func(p *clientauth.Proof) { p.ID = "public" }), ".invalid_request"},
		"assertion: none":                {post("jwt", ""), ".invalid_client"},
		"assertion: other key":           {jwt(assertion("other", nil)), ".invalid_client"},
		"assertion: no JWT":              {jwt("x"), ".invalid_request"},
		"assertion: too long":            {with(jwt("key."+strings.Repeat("A", 17<<10)+".s"), func(p *clientauth.Proof) { p.ID = "jwt" }), ".invalid_client"},
		"assertion: token endpoint":      {jwt(aud("x", "https://h/auth/token")), "jwt"},
		"assertion: other audience":      {jwt(aud("https://h/")), ".invalid_client"},
		"assertion: no audience":         {jwt(aud()), ".invalid_client"},
		"assertion: expired":             {jwt(ends(-6 * time.Second)), ".invalid_client"},
		"assertion: expired within skew": {jwt(ends(-4 * time.Second)), "jwt"},
		"assertion: too far":             {jwt(ends(5*time.Minute + 6*time.Second)), ".invalid_client"},
		"assertion: just so far":         {jwt(ends(5 * time.Minute)), "jwt"},
		"assertion: no end":              {jwt(assertion("key", func(a *clientauth.Assertion) { a.Expires = time.Time{} })), ".invalid_client"},
		"assertion: not yet":             {jwt(assertion("key", func(a *clientauth.Assertion) { a.NotBefore = at.Add(6 * time.Second) })), ".invalid_client"},
		"assertion: from tomorrow":       {jwt(assertion("key", func(a *clientauth.Assertion) { a.Issued = at.Add(time.Hour) })), ".invalid_client"},
		"assertion: no id":               {jwt(assertion("key", func(a *clientauth.Assertion) { a.ID = "" })), ".invalid_client"},
		"assertion: long id":             {jwt(assertion("key", func(a *clientauth.Assertion) { a.ID = strings.Repeat("x", 257) })), ".invalid_client"},
		"assertion: iss is not sub":      {jwt(assertion("key", func(a *clientauth.Assertion) { a.Issuer = "other" })), ".invalid_client"},
		"tls":                            {tls("tls", nil), "tls"},
		"tls: no certificate":            {post("tls", ""), ".invalid_client"},
		"tls: a secret":                  {post("tls", "x"), ".invalid_client"},
		"tls: self-signed":               {tls("tls", func(c *authapi.Certificate) { c.Trusted = false }), ".invalid_client"},
		"tls: another's":                 {tls("tls", func(c *authapi.Certificate) { c.DN += "/CN=z" }), ".invalid_client"},
		"tls: expired":                   {tls("tls", func(c *authapi.Certificate) { c.Expires = at }), ".invalid_client"},
		"tls: limited proxy":             {tls("tls", func(c *authapi.Certificate) { c.Limited = true }), ".invalid_client"},
		"tls: no subject registered":     {tls("untls", func(c *authapi.Certificate) { c.DN = "" }), ".invalid_client"},
		"self-signed":                    {tls("self", func(c *authapi.Certificate) { c.Trusted = false }), "self"},
		"self-signed: other key":         {tls("self", func(c *authapi.Certificate) { c.SPKI = "x" }), ".invalid_client"},
		"self-signed: expired":           {tls("self", func(c *authapi.Certificate) { c.Expires = at.Add(-1) }), ".invalid_client"},
		"a certificate means nothing":    {tls("basic", nil), ".invalid_client"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := start().Client(t.Context(), c.proof)
			answer := got.ID
			if err != nil {
				answer += "." + authapi.ErrorCode(err)
			}
			if answer != c.want {
				t.Errorf("%s (%v), want %s", answer, err, c.want)
			}
		})
	}
}

func TestAnAssertionComesOnce(t *testing.T) {
	t.Parallel()
	b := start()
	once := jwt(assertion("key", nil))
	if _, err := b.Client(t.Context(), once); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Client(t.Context(), once); authapi.ErrorCode(err) != authapi.InvalidClient {
		t.Errorf("again: %v", err)
	}
	b.store.Fail(fault.New(fault.Unavailable, "flow.store_down", "down"))
	fresh := jwt(assertion("key", func(a *clientauth.Assertion) { a.ID = "2" }))
	if _, err := b.Client(t.Context(), fresh); !fault.Is(err, fault.Unavailable) {
		t.Errorf("without a memory: %v", err)
	}
}

// Whether a client exists shows neither in the text nor in the work.
func TestUnknownAndWrongLookTheSame(t *testing.T) {
	t.Parallel()
	var seen []string
	for _, id := range []string{"nobody", "post", "public", "jwt", "tls", "basic"} {
		b := start()
		_, err := b.Client(t.Context(), post(id, "wrong"))
		f := *fault.From(err)
		seen = append(seen, f.Error())
		if b.registry.compared != 1 || f.Error() != seen[0] || f.Status != fault.From(err).Status {
			t.Errorf("%s: %d comparisons, %v", id, b.registry.compared, err)
		}
	}
}

func TestFailedSecretsAreCounted(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"post", "nobody"} {
		b := start()
		for i := range 20 {
			if _, err := b.Client(t.Context(), post(id, "wrong")); authapi.ErrorCode(err) != authapi.InvalidClient {
				t.Fatalf("failure %d: %v", i+1, err)
			}
		}
		if _, err := b.Client(t.Context(), post(id, "wrong")); fault.From(err).Status != 429 {
			t.Errorf("failure 21 of %s: %v", id, err)
		}
	}
}

// A right secret needs no store.
func TestARightSecretOutlivesTheStore(t *testing.T) {
	t.Parallel()
	b := start()
	b.store.Fail(fault.New(fault.Unavailable, "flow.store_down", "down"))
	if _, err := b.Client(t.Context(), post("post", "s3cret")); err != nil {
		t.Error(err)
	}
	if _, err := b.Client(t.Context(), post("post", "wrong")); authapi.ErrorCode(err) != authapi.InvalidClient {
		t.Error(err)
	}
}
