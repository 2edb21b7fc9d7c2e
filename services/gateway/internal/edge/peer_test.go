package edge_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge/cert"
)

// served gives the request as a door behind the server sees it, and the
// answer's status.
func served(t *testing.T, cfg edge.Config, r *http.Request, look func(*http.Request)) (status int) {
	t.Helper()
	source, err := cert.Open(cert.Config{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	cfg.TLS, cfg.Log, cfg.Listen = source, logx.Discard(), []string{"127.0.0.1:0"}
	cfg.Handler = http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { look(r) })
	cfg.Refuse = func(w http.ResponseWriter, _ *http.Request, f *fault.Error) { w.WriteHeader(f.Status) }
	s, err := edge.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	over, end := context.WithCancel(t.Context())
	end()
	defer s.Run(over) // closes the port
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Code
}

func TestPeerIsWhereTheRequestComesFrom(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		remote  string
		trusted bool
		hops    []string
		want    string
	}{
		"directly":           {"192.0.2.7:40000", false, nil, "192.0.2.7"},
		"a client's lie":     {"192.0.2.7:40000", false, []string{"10.0.0.1"}, "192.0.2.7"},
		"a proxy":            {"10.0.0.1:80", true, []string{"192.0.2.7"}, "192.0.2.7"},
		"a lie via a proxy":  {"10.0.0.1:80", true, []string{"10.9.9.9, 192.0.2.7"}, "192.0.2.7"},
		"a lie in two lines": {"10.0.0.1:80", true, []string{"10.9.9.9", "192.0.2.7"}, "192.0.2.7"},
		"with a port":        {"10.0.0.1:80", true, []string{"192.0.2.7:555"}, "192.0.2.7"},
		"IPv6":               {"[2001:db8:1:2:3:4:5:6]:80", false, nil, "2001:db8:1:2::/64"},
		"IPv6 with a zone":   {"[fe80::1%eth0]:80", false, nil, "fe80::/64"},
		"IPv6 via a proxy":   {"10.0.0.1:80", true, []string{"[2001:db8:1:2::9]:80"}, "2001:db8:1:2::/64"},
		"IPv4 in IPv6":       {"[::ffff:192.0.2.7]:80", false, nil, "192.0.2.7"},
		"nonsense":           {"10.0.0.1:80", true, []string{"unknown"}, "10.0.0.1"},
		"nothing named":      {"10.0.0.1:80", true, nil, "10.0.0.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.remote
		for _, h := range c.hops {
			r.Header.Add("X-Forwarded-For", h)
		}
		got := "nothing"
		served(t, edge.Config{TrustForwarded: c.trusted}, r, func(r *http.Request) { got = edge.Peer(r).Address })
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestPeerHasItsCertificate(t *testing.T) {
	t.Parallel()
	own := &authapi.Certificate{DN: "/CN=alice"}
	cfg := edge.Config{Certificate: func(*http.Request) *authapi.Certificate { return own }}
	var got *authapi.Certificate
	served(t, cfg, httptest.NewRequest("GET", "/", nil), func(r *http.Request) { got = edge.Peer(r).Certificate })
	if got != own {
		t.Errorf("%+v", got)
	}
}

func TestWhatIsKnownOfTheCallerGoesWithTheRequest(t *testing.T) {
	t.Parallel()
	p := edge.Proven{Principal: who.Principal{ID: "u1"}, Facts: who.Facts{User: "u1", Position: 3}}
	var before, after edge.Proven
	served(t, edge.Config{}, httptest.NewRequest("GET", "/", nil), func(r *http.Request) {
		before = edge.From(r.Context())
		edge.Note(r.Context(), p)
		after = edge.From(r.Context())
	})
	if !before.Principal.Anonymous() || after.Principal.ID != "u1" || after.Facts != p.Facts {
		t.Errorf("before: %+v, after: %+v", before, after)
	}
	if got := edge.From(edge.With(t.Context(), p)); got.Facts != p.Facts {
		t.Errorf("%+v", got)
	}
	if got := edge.From(who.With(t.Context(), p.Principal)); got.Principal.ID != "u1" {
		t.Errorf("a principal alone: %+v", got)
	}
}
