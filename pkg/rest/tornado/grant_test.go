package tornado_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/tornado"
	"github.com/heddle-dev/heddle/pkg/who"
)

// whoami tells who came in, and how.
func whoami(ctx context.Context, _ tornado.None) (string, error) {
	c := tornado.From(ctx).Credentials(ctx)
	if !c.Registered() {
		return "visitor", nil
	}
	return c.Username + " by " + c.Method, nil
}

// doors has an endpoint for each list of grants.
type doors struct{}

func (doors) Meta() tornado.Meta { return tornado.Meta{Authorization: []string{"all"}} }

func (doors) Endpoints() []tornado.Endpoint {
	return []tornado.Endpoint{
		tornado.GET("usual", whoami),
		tornado.GET("jwt", whoami, tornado.Grants("jwt")),
		tornado.GET("token", whoami, tornado.Grants("Token")),
		tornado.GET("jwtFirst", whoami, tornado.Grants("JWT", "SSL", "VISITOR")),
		tornado.GET("sslFirst", whoami, tornado.Grants("SSL, JWT, VISITOR")),
		tornado.GET("visitor", whoami, tornado.Grants("VISITOR")),
		tornado.GET("my", whoami, tornado.Grants("MyAuth", "VISITOR")),
	}
}

func doorsServed(t *testing.T, log *slog.Logger) http.Handler {
	kinds := grants()
	kinds["MYAUTH"] = func(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
		switch r.Header.Get("X-My") {
		case "":
			return who.Principal{}, tornado.ErrNoCredential
		case "sesame":
			w.Header().Set("X-Seen", "yes")
			return who.Principal{ID: "my", Name: "my", Method: "custom"}, nil
		}
		return who.Principal{}, errors.New("the secret reason")
	}
	return served(t, app(t, tornado.Config{Grants: kinds, Log: log}, tornado.API{System: "Test", Name: "Doors", Handler: doors{}}).Container(0))
}

// covers: D0-056 D0-057
func TestGrantsInTheirOrder(t *testing.T) {
	t.Parallel()
	const cert, basic = "X-Certificate: bob", "Authorization: Basic eDp5"
	s := doorsServed(t, nil)
	for _, tc := range []struct{ target, want, headers string }{
		{"/usual", "OK visitor", ""},
		{"/usual", "OK alice by token", alice},
		{"/usual", "OK alice by token", "Authorization: bearer alice"},
		{"/usual", "OK alice by token", "Authorization: alice Bearer"},
		{"/usual?access_token=alice", "OK alice by token", ""},
		{"/usual?access_token=alice", "OK alice by token", alice},
		{"/usual", "OK bob by certificate", cert},
		{"/usual", "OK alice by token", alice + "|" + cert},
		// the only grants of an endpoint
		{"/jwt", "OK alice by token", alice},
		{"/jwt", "Unauthorized unauthorized: Credentials are required.", ""},
		{"/jwt", "Unauthorized unauthorized: Credentials are required.", cert},
		{"/jwt?access_token=alice", "Unauthorized unauthorized: Credentials are required.", ""},
		{"/token?access_token=alice", "OK alice by token", ""},
		{"/token?access_token=alice&access_token=bob", "Bad Request invalid_request: There are several tokens in the request.", ""},
		// the order
		{"/jwtFirst", "OK alice by token", alice + "|" + cert},
		{"/sslFirst", "OK bob by certificate", alice + "|" + cert},
		{"/sslFirst", "OK bob by certificate", "Authorization: Bearer wrong|" + cert},
		// what is shown and wrong makes nobody a visitor
		{"/jwtFirst", "Unauthorized invalid_token: The credentials are not valid.", "Authorization: Bearer wrong"},
		{"/jwtFirst", "Unauthorized invalid_token: The credentials are not valid.", "Authorization: Bearer wrong|" + cert},
		{"/sslFirst", "Unauthorized invalid_token: The credentials are not valid.", "X-Certificate: wrong|" + alice},
		{"/usual", "Unauthorized invalid_token: The credentials are not valid.", basic},
		{"/visitor", "Unauthorized invalid_token: The credentials are not valid.", alice},
		{"/visitor", "OK visitor", cert},
		{"/usual?access_token=", "Unauthorized invalid_token: The credentials are not valid.", ""},
		{"/usual", "Service Unavailable auth_away: Nobody can tell.", "Authorization: Bearer outage"},
		// a kind of one's own
		{"/my", "OK my by custom", "X-My: sesame"},
		{"/my", "OK visitor", ""},
		{"/my", "Unauthorized invalid_token: The credentials are not valid.", "X-My: guess"},
	} {
		if got := says(send(s, "GET", tc.target, "", strings.Split(tc.headers+"|", "|")...)); got != tc.want {
			t.Errorf("%s %s: %s, want %s", tc.target, tc.headers, got, tc.want)
		}
	}
}

func TestRefusalsGiveTheirReasonToTheLogAlone(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	w := send(doorsServed(t, logx.New(&b, "text", slog.LevelInfo)), "GET", "/my", "", "X-My: guess")
	if strings.Contains(w.Body.String(), "secret reason") || !strings.Contains(b.String(), "the secret reason") || !strings.Contains(b.String(), "grant=MYAUTH") {
		t.Errorf("%s\n%s", w.Body, b.String())
	}
	if got := w.Header().Get("WWW-Authenticate"); got != `Bearer realm="dirac", error="invalid_token"` {
		t.Errorf("challenge %q", got)
	}
	if got := send(doorsServed(t, nil), "GET", "/jwt", "").Header().Get("WWW-Authenticate"); got != `Bearer realm="dirac"` {
		t.Errorf("challenge %q", got)
	}
}

// byMethod is a container's own way of knowing callers.
func byMethod(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
	switch method := r.Header.Get("X-Method"); method {
	case "forged":
		return who.Principal{}, errors.New("forged")
	case "":
		return who.Principal{}, nil
	default:
		return who.Principal{ID: "u1", Name: "alice", Method: method}, nil
	}
}

// TestCallersThatTheContainerKnows: where a gateway says who asks, the grants
// say which ways of proving it count.
func TestCallersThatTheContainerKnows(t *testing.T) {
	t.Parallel()
	told, err := tornado.New(t.Context(), tornado.Config{Authenticate: byMethod}, tornado.API{System: "Test", Name: "Doors", Handler: usualDoors{}})
	if err != nil {
		t.Fatal(err)
	}
	untold, err := tornado.New(t.Context(), tornado.Config{}, tornado.API{System: "Test", Name: "Doors", Handler: usualDoors{}})
	if err != nil {
		t.Fatal(err)
	}
	joined := untold.Container(0)
	if joined.Authenticate != nil {
		t.Error("whoever serves the container has no say in who its callers are")
	}
	joined.Authenticate = byMethod // as rest.Serve does
	for _, c := range []rest.Container{told.Container(0), joined} {
		s := served(t, c)
		for _, tc := range []struct{ target, method, want string }{
			{"/usual", "", "OK visitor"}, {"/usual", "token", "OK alice by token"}, {"/usual", "session", "OK alice by session"},
			{"/usual", "password", "OK alice by password"}, {"/usual", "apikey", "OK alice by apikey"},
			{"/ssl", "certificate", "OK alice by certificate"}, {"/ssl", "token", "Unauthorized unauthorized: Credentials are required."},
			{"/sslOrAll", "token", "Unauthorized invalid_token: The credentials are not valid."},
			{"/usual", "forged", "Unauthorized invalid_token: The credentials are not valid."},
		} {
			if got := says(send(s, "GET", tc.target, "", "X-Method: "+tc.method)); got != tc.want {
				t.Errorf("%s %s: %s, want %s", tc.target, tc.method, got, tc.want)
			}
		}
	}
}

type usualDoors struct{}

func (usualDoors) Meta() tornado.Meta { return tornado.Meta{Authorization: []string{"any"}} }

func (usualDoors) Endpoints() []tornado.Endpoint {
	return []tornado.Endpoint{
		tornado.GET("usual", whoami), tornado.GET("ssl", whoami, tornado.Grants("SSL")),
		tornado.GET("sslOrAll", whoami, tornado.Grants("SSL", "VISITOR")),
	}
}

func TestCertificateOfTheConnection(t *testing.T) {
	t.Parallel()
	g := tornado.Certificate(func(_ context.Context, chain []*x509.Certificate) (who.Principal, error) {
		return who.Principal{ID: chain[0].Subject.CommonName}, nil
	})
	r := httptest.NewRequest("GET", "/", nil)
	if _, err := g(nil, r); !errors.Is(err, tornado.ErrNoCredential) {
		t.Error(err)
	}
	c := &x509.Certificate{Subject: pkix.Name{CommonName: "jane"}}
	r.TLS = &tls.ConnectionState{PeerCertificates: []*x509.Certificate{c}} // which nobody has verified
	if _, err := g(nil, r); !errors.Is(err, tornado.ErrNoCredential) {
		t.Error(err)
	}
	r.TLS.VerifiedChains = [][]*x509.Certificate{{c}}
	if p, err := g(nil, r); err != nil || p.ID != "jane" {
		t.Errorf("%v %v", p, err)
	}
}
