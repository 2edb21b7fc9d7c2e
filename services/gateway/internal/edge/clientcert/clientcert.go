// Package clientcert tells whom a client certificate speaks for. Certificates
// are asked for and never required, so the TLS library verifies none of them:
// here they are judged by hand, with revocation lists and with the proxy
// certificates of the grid. It is separate because this deserves a package in
// which nothing else happens.
package clientcert

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

const (
	// lookEvery is how often the directory is looked at again, and how long a
	// judgement of a certificate holds.
	lookEvery = time.Minute
	// maxPresented is how many certificates a client may present.
	maxPresented = 20
	// maxKnown is how many judgements are remembered.
	maxKnown = 1000
)

// Config says whom to believe. The zero Config believes nobody.
type Config struct {
	// Dir holds authorities (*.pem, *.crt, *.0) and their revocation lists
	// (*.crl, *.r0); empty: none.
	Dir string
	// Own is the certificate of our own authority (PEM), which is believed too.
	Own []byte
	// Header is where balancers put the certificate that they were shown;
	// empty: nowhere.
	Header string
	// Balancers are the addresses whose header is believed.
	Balancers []netip.Prefix
	Now       func() time.Time
	Log       *slog.Logger
}

// Source tells the client certificates of requests.
type Source struct {
	cfg   Config
	trust atomic.Pointer[trust]

	mu     sync.Mutex // held by whoever looks
	looked time.Time
	dir    directory

	known known
}

// Open reads the directory.
func Open(cfg Config) (*Source, error) {
	s := &Source{cfg: cfg, looked: cfg.Now(), dir: directory{path: cfg.Dir, log: cfg.Log, files: map[string]*file{}}}
	_, err := s.dir.look(context.Background())
	s.trust.Store(s.dir.trust(cfg.Own))
	return s, err
}

// current is whom we believe now. One of those who ask looks; nobody waits
// for it.
func (s *Source) current(ctx context.Context, now time.Time) *trust {
	if s.mu.TryLock() {
		defer s.mu.Unlock()
		if now.Sub(s.looked) >= lookEvery {
			s.looked = now
			if changed, err := s.dir.look(ctx); err == nil && changed {
				s.trust.Store(s.dir.trust(s.cfg.Own))
			}
		}
	}
	return s.trust.Load()
}

// Ask makes a server's configuration ask for certificates. It names the
// authorities that we believe, so that browsers bother only those who have a
// certificate of one of them.
func (s *Source) Ask(c *tls.Config) *tls.Config {
	asking := func(t *trust) *tls.Config {
		out := c.Clone()
		out.ClientAuth, out.ClientCAs, out.GetConfigForClient = tls.RequestClientCert, t.roots, nil
		return out
	}
	type made struct {
		trust  *trust
		config *tls.Config
	}
	var last atomic.Pointer[made]
	first := asking(s.trust.Load())
	first.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		t := s.current(h.Context(), s.cfg.Now())
		m := last.Load()
		if m == nil || m.trust != t {
			m = &made{t, asking(t)}
			last.Store(m)
		}
		return m.config, nil
	}
	return first
}

// Take returns the certificate that came with a request, or nil, and takes the
// balancers' header out of it: behind the edge nobody reads that one.
func (s *Source) Take(r *http.Request) *authapi.Certificate {
	chain, balancer := s.header(r)
	if !balancer && r.TLS != nil { // a balancer's own certificate is not the client's
		chain = r.TLS.PeerCertificates
	}
	return s.judge(r.Context(), chain)
}

// judge tells about a chain, the leaf first.
func (s *Source) judge(ctx context.Context, chain []*x509.Certificate) *authapi.Certificate {
	if len(chain) == 0 {
		return nil
	}
	now := s.cfg.Now()
	t := s.current(ctx, now)
	key := digest(chain)
	if c, ok := s.known.find(key, t, now); ok {
		return &c
	}
	c := certificate(chain[0])
	if len(chain) <= maxPresented {
		if who, err := t.identify(chain, now); err == nil {
			c.Trusted, c.DN, c.Names, c.Limited, c.Expires = true, who.dn, who.names, who.limited, who.expires
		} else {
			s.cfg.Log.DebugContext(ctx, "a client certificate is not trusted", "err", err)
		}
	}
	s.known.keep(key, judgement{c, t, now})
	return &c
}

// certificate is what is true of a certificate whoever made it. Its name is
// not: that is the authority's word.
func certificate(c *x509.Certificate) authapi.Certificate {
	sum := sha256.Sum256(c.Raw)
	out := authapi.Certificate{SHA256: base64.RawURLEncoding.EncodeToString(sum[:]), Expires: c.NotAfter}
	if der, err := x509.MarshalPKIXPublicKey(c.PublicKey); err == nil {
		sum := sha256.Sum256(der)
		out.SPKI = base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return out
}

func digest(chain []*x509.Certificate) (key [sha256.Size]byte) {
	h := sha256.New()
	for _, c := range chain {
		sum := sha256.Sum256(c.Raw)
		h.Write(sum[:])
	}
	h.Sum(key[:0])
	return key
}

// judgement is what was found out about a chain.
type judgement struct {
	certificate authapi.Certificate
	trust       *trust // as it was then
	at          time.Time
}

// known remembers judgements, so that a connection is judged once a minute and
// not once a request.
type known struct {
	mu  sync.Mutex
	all map[[sha256.Size]byte]judgement
}

func (k *known) find(key [sha256.Size]byte, t *trust, now time.Time) (authapi.Certificate, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	j, ok := k.all[key]
	good := ok && j.trust == t && now.Sub(j.at) < lookEvery && !now.Before(j.at) &&
		(!j.certificate.Trusted || now.Before(j.certificate.Expires))
	return j.certificate, good
}

func (k *known) keep(key [sha256.Size]byte, j judgement) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.all == nil || len(k.all) >= maxKnown {
		k.all = map[[sha256.Size]byte]judgement{}
	}
	k.all[key] = j
}
