package edge_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// auth is an auth service that knows a few credentials, and the set of what no
// longer stands.
type auth struct {
	asked   []string
	down    bool
	over    map[string]bool // facts
	stale   map[string]bool // users
	expires time.Time
}

var errWrong = fault.New(fault.Unauthenticated, "auth.wrong", "x")

func (a *auth) say(question, id string) (authapi.Resolved, error) {
	a.asked = append(a.asked, question)
	switch {
	case a.down:
		return authapi.Resolved{}, fault.New(fault.Unavailable, "service.unavailable", "x")
	case id == "":
		return authapi.Resolved{}, errWrong
	}
	out := authapi.Resolved{Principal: who.Principal{ID: id}, Facts: who.Facts{User: id, Expires: a.expires}}
	switch id {
	case "nobody":
		out.Principal.ID = ""
	case "component":
		out.Principal = who.Component("runner")
	case "reader":
		out.Principal.Scopes = []string{"api:read"}
	}
	return out, nil
}

func (a *auth) Password(_ context.Context, p authapi.PasswordProof) (authapi.Resolved, error) {
	id := ""
	if p.Password == "right" {
		id = p.Name
	}
	return a.say("password "+p.Name+" from "+p.Peer.Address, id)
}

func (a *auth) Certificate(_ context.Context, p authapi.CertificateProof) (authapi.Resolved, error) {
	return a.say("certificate "+p.Certificate.DN, strings.TrimPrefix(p.Certificate.DN, "/CN="))
}

func (a *auth) Token(_ context.Context, p authapi.TokenProof) (authapi.Resolved, error) {
	ids := map[string]string{"hdl_key": "keyholder", "hdl_reader": "reader", "site.jwt.": "visitor"}
	return a.say(fmt.Sprint("token ", p.Accept), ids[p.Value])
}

// Verify is that of access tokens: "u1.scopes.certificate".
func (a *auth) Verify(_ context.Context, token string) (who.Principal, who.Facts, error) {
	parts := strings.Split(token, ".")
	if token == "keys-are-away" {
		return who.Principal{}, who.Facts{}, fault.New(fault.Unavailable, "token.keys", "x")
	}
	if len(parts) != 3 || parts[0] == "site" {
		return who.Principal{}, who.Facts{}, fault.New(fault.Unauthenticated, "token.invalid", "x")
	}
	p := who.Principal{ID: parts[0], Method: who.MethodToken}
	if parts[1] != "all" {
		p.Scopes = append([]string{}, strings.Fields(parts[1])...)
	}
	return p, who.Facts{User: parts[0], CertSHA256: parts[2]}, nil
}

func (a *auth) Check(f who.Facts) error {
	for _, n := range f.Names() {
		if a.over[n] {
			return fault.New(fault.Unauthenticated, "credentials.revoked", "x")
		}
	}
	return nil
}

func (a *auth) Fresh(f who.Facts) bool { return !a.stale[f.User] }

func (a *auth) prover(now func() time.Time) edge.Prover {
	return edge.NewProver(edge.Proofs{Tokens: a, Credentials: a, Standing: a, Now: now})
}

// open takes everything; strict our own access tokens alone; reversed these in
// either order.
var (
	open = edge.Door{Basic: true, Bearer: true, Certificate: true, Scoped: true, Header: "X-API-Key", Query: "access_token",
		Accept: []authapi.Kind{authapi.KindAPIKey, authapi.KindSiteJWT}}
	strict   = edge.Door{Bearer: true}
	reversed = edge.Door{Bearer: true, Reversed: true}
)

func basic(s string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(s))
}

// request has a method and a path, headers, and maybe the name on a certificate.
func request(line, dn string, headers ...string) *http.Request {
	method, path, _ := strings.Cut(line, " ")
	r := httptest.NewRequest(method, path, nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	peer := authapi.Peer{Address: "192.0.2.7"}
	if dn != "" {
		peer.Certificate = &authapi.Certificate{DN: strings.TrimPrefix(dn, "untrusted "), SHA256: "sum of " + dn, Trusted: !strings.HasPrefix(dn, "untrusted")}
	}
	return r.WithContext(edge.With(edge.WithPeer(r.Context(), peer), edge.Proven{}))
}

// covers: D0-010 D0-037 D0-058 D0-059 D1-005 D1-037 D1-038 D1-040 U4-005 U4-006 U4-033
func TestWhoseRequestIsIt(t *testing.T) {
	t.Parallel()
	const bearer = "Authorization: Bearer "
	for name, c := range map[string]struct {
		door    edge.Door
		request *http.Request
		want    string // the user, or the fault's kind and code
	}{
		"nothing":                     {open, request("GET /", ""), ""},
		"an empty header":             {open, request("GET /", "", "Authorization: "), ""},
		"a password":                  {open, request("GET /", "", basic("alice:right")), "alice"},
		"a wrong password":            {open, request("GET /", "", basic("alice:wrong")), "unauthenticated auth.wrong"},
		"no password":                 {open, request("GET /", "", basic("alice")), "unauthenticated credentials.invalid"},
		"no name":                     {open, request("GET /", "", basic(":right")), "unauthenticated credentials.invalid"},
		"no base64":                   {open, request("GET /", "", "Authorization: Basic !!"), "unauthenticated credentials.invalid"},
		"nobody's":                    {open, request("GET /", "", basic("nobody:right")), "unauthenticated credentials.invalid"},
		"a component's":               {open, request("GET /", "", basic("component:right")), "unauthenticated credentials.invalid"},
		"a password where none goes":  {strict, request("GET /", "", basic("alice:right")), "unauthenticated credentials.invalid"},
		"a token":                     {open, request("GET /", "", bearer+"u1.all."), "u1"},
		"a token, any case":           {open, request("GET /", "", "Authorization: bEARER u1.all."), "u1"},
		"a token before its scheme":   {reversed, request("GET /", "", "Authorization: u1.all. Bearer"), "u1"},
		"and after it":                {reversed, request("GET /", "", bearer+"u1.all."), "u1"},
		"a bad one before it":         {reversed, request("GET /", "", "Authorization: bad bearer"), "unauthenticated token.invalid"},
		"before it where none goes":   {strict, request("GET /", "", "Authorization: u1.all. Bearer"), "unauthenticated credentials.invalid"},
		"a bad token":                 {strict, request("GET /", "", bearer+"bad"), "unauthenticated token.invalid"},
		"no token":                    {open, request("GET /", "", "Authorization: Bearer"), "unauthenticated credentials.invalid"},
		"keys are away":               {open, request("GET /", "", bearer+"keys-are-away"), "unavailable token.keys"},
		"a token where none goes":     {edge.Door{Basic: true}, request("GET /", "", bearer+"u1.all."), "unauthenticated credentials.invalid"},
		"an unknown scheme":           {open, request("GET /", "", "Authorization: Digest x"), "unauthenticated credentials.invalid"},
		"a key":                       {open, request("GET /", "", bearer+"hdl_key"), "keyholder"},
		"a key in its header":         {open, request("GET /", "", "X-API-Key: hdl_key"), "keyholder"},
		"a wrong key":                 {open, request("GET /", "", "X-API-Key: hdl_other"), "unauthenticated auth.wrong"},
		"an empty key":                {open, request("GET /", "", "X-API-Key: "), "unauthenticated credentials.invalid"},
		"a key where none goes":       {strict, request("GET /", "", bearer+"hdl_key"), "unauthenticated credentials.invalid"},
		"a header that nobody reads":  {strict, request("GET /", "", "X-API-Key: hdl_key"), ""},
		"a token in the query":        {open, request("GET /?access_token=u1.all.", ""), "u1"},
		"a query that nobody reads":   {strict, request("GET /?access_token=u1.all.", ""), ""},
		"an empty query":              {open, request("GET /?access_token=", ""), "unauthenticated credentials.invalid"},
		"a site's token":              {open, request("GET /", "", bearer+"site.jwt."), "visitor"},
		"a site's token, none goes":   {strict, request("GET /", "", bearer+"site.jwt."), "unauthenticated token.invalid"},
		"a certificate":               {open, request("GET /", "/CN=alice"), "alice"},
		"a stranger's certificate":    {open, request("GET /", "/CN="), "unauthenticated auth.wrong"},
		"a certificate where none is": {strict, request("GET /", "/CN=alice"), ""},
		"a certificate of no worth":   {open, request("GET /", "untrusted /CN=alice"), ""},
		"what is said comes first":    {open, request("GET /", "/CN=alice", bearer+"u1.all."), "u1"},
		"and is not replaced":         {open, request("GET /", "/CN=alice", bearer+"bad"), "unauthenticated auth.wrong"},
		"the same twice":              {open, request("GET /?access_token=u1.all.", "", bearer+"u1.all."), "u1"},
		"two":                         {open, request("GET /?access_token=u2.all.", "", bearer+"u1.all."), "invalid credentials.several"},
		"two headers":                 {open, request("GET /", "", bearer+"u1.all.", bearer+"u2.all."), "invalid credentials.several"},
		"two kinds":                   {open, request("GET /", "", basic("alice:right"), "X-API-Key: hdl_key"), "invalid credentials.several"},
		"bound, and there it is":      {open, request("GET /", "untrusted /CN=x", bearer+"u1.all.sum of untrusted /CN=x"), "u1"},
		"bound, and it is another":    {open, request("GET /", "/CN=alice", bearer+"u1.all.sum of /CN=x"), "unauthenticated credentials.bound"},
		"bound, and there is none":    {open, request("GET /", "", bearer+"u1.all.sum of /CN=x"), "unauthenticated credentials.bound"},
		"all scopes":                  {open, request("POST /", "", bearer+"u1.openid api."), "u1"},
		"reading":                     {open, request("GET /", "", bearer+"u1.api:read."), "u1"},
		"writing without the scope":   {open, request("DELETE /", "", bearer+"u1.api:read."), "denied credentials.scope"},
		"reading without the scope":   {open, request("GET /", "", bearer+"u1.openid."), "denied credentials.scope"},
		"no scopes at all":            {open, request("GET /", "", bearer+"u1.."), "denied credentials.scope"},
		"a key that reads":            {open, request("POST /", "", "X-API-Key: hdl_reader"), "denied credentials.scope"},
		"scopes do not count here":    {strict, request("POST /", "", bearer+"u1.openid."), "u1"},
		"a scope's name in another":   {open, request("POST /", "", bearer+"u1.api:write."), "denied credentials.scope"},
	} {
		a := &auth{}
		out, err := a.prover(time.Now).Prove(c.door, c.request)
		got := out.Principal.ID
		if err != nil {
			got += string(fault.From(err).Kind) + " " + fault.From(err).Code
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A program that sends its password with every request is one question a
// minute to the auth service, and none to anybody else.
//
// covers: U4-022
func TestProofsAreRemembered(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	a := &auth{}
	p := a.prover(func() time.Time { return now })
	for what, r := range map[string]func() *http.Request{
		"password alice": func() *http.Request { return request("GET /", "", basic("alice:right")) },
		"certificate":    func() *http.Request { return request("GET /", "/CN=bob") },
		"token":          func() *http.Request { return request("GET /", "", "X-API-Key: hdl_key") },
	} {
		ask := func(want int, when string) {
			t.Helper()
			a.asked = nil
			out, err := p.Prove(open, r())
			if err != nil || out.Principal.Anonymous() || out.Resolved == nil || len(a.asked) != want {
				t.Errorf("%s, %s: %+v, %v; asked %q", what, when, out, err, a.asked)
			}
		}
		ask(1, "at first")
		a.down = true
		for range 3 {
			ask(0, "with the auth service away")
		}
		a.down = false
		now = now.Add(time.Minute)
		ask(1, "after a minute")
		a.stale = map[string]bool{"alice": true, "bob": true, "keyholder": true}
		ask(1, "after a change")
		a.stale = nil
		a.over = map[string]bool{"user/alice": true, "user/bob": true, "user/keyholder": true}
		if _, err := p.Prove(open, r()); !fault.Is(err, fault.Unauthenticated) {
			t.Errorf("%s: revoked, and %v", what, err)
		}
		a.over = nil
		now, a.expires = now.Add(time.Minute), now.Add(time.Minute+10*time.Second)
		ask(1, "with an end of its own")
		now = now.Add(10 * time.Second)
		a.expires = time.Time{}
		ask(1, "at that end")
	}
}

func TestWrongProofsAreNotRemembered(t *testing.T) {
	t.Parallel()
	a := &auth{}
	p := a.prover(time.Now)
	for _, pair := range []string{"alice:wrong", "alice:right", "alice:wrong", "alic:eright", "alice:right\x00", "alice:\xff", "alice:\xfe"} {
		_, err := p.Prove(open, request("GET /", "", basic(pair)))
		if (err == nil) != (pair == "alice:right") {
			t.Errorf("%q: %v", pair, err)
		}
	}
	if len(a.asked) != 7 {
		t.Errorf("asked %q", a.asked)
	}
}

func TestRefusalsSayHowToDoBetter(t *testing.T) {
	t.Parallel()
	const known, basicly = `Bearer realm="heddle"`, `Basic realm="heddle"`
	for name, c := range map[string]struct {
		door    edge.Door
		request *http.Request
		want    []string
	}{
		"a wrong password":   {open, request("GET /", "", basic("alice:wrong")), []string{known, basicly}},
		"a bad token":        {open, request("GET /", "", "Authorization: Bearer bad"), []string{known + `, error="invalid_token"`, basicly}},
		"a bad key":          {open, request("GET /", "", "X-API-Key: bad"), []string{known + `, error="invalid_token"`, basicly}},
		"no passwords taken": {strict, request("GET /", "", "Authorization: Bearer bad"), []string{known + `, error="invalid_token"`}},
		"a small scope":      {open, request("POST /", "", "X-API-Key: hdl_reader"), []string{known + `, error="insufficient_scope", scope="api"`}},
		"two":                {open, request("GET /?access_token=x", "", "X-API-Key: y"), nil},
		"good":               {open, request("GET /", "", basic("alice:right")), nil},
		"nothing":            {open, request("GET /", ""), nil},
	} {
		w := httptest.NewRecorder()
		p, err := edge.Authenticate((&auth{}).prover(time.Now), c.door)(w, c.request)
		if got := w.Header().Values("WWW-Authenticate"); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q", name, got)
		}
		if noted := edge.From(c.request.Context()).Principal; noted.ID != p.ID || err != nil && noted.ID != "" {
			t.Errorf("%s: noted %+v, %v", name, noted, err)
		}
	}
}
