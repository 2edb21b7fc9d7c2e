package clientcert

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// grid is a world of authorities and people.
type grid struct {
	root, branch, stranger *party
	alice                  *party
	source                 *Source
	dir                    string
	now                    time.Time
}

func newGrid(t *testing.T) *grid {
	t.Helper()
	g := &grid{root: authority(t, "Root", nil), stranger: authority(t, "Stranger", nil), dir: t.TempDir(), now: noon}
	g.branch = authority(t, "Branch", g.root)
	g.alice = sign(t, person("Alice"), g.root, nil)
	put(t, g.dir, "root.pem", pemOf(g.root))
	g.open(t)
	return g
}

func (g *grid) open(t *testing.T) {
	t.Helper()
	var err error
	g.source, err = Open(Config{Dir: g.dir, Now: func() time.Time { return g.now }, Log: logx.Discard()})
	if err != nil {
		t.Fatal(err)
	}
}

func (g *grid) judge(t *testing.T, parties ...*party) authapi.Certificate {
	t.Helper()
	c := g.source.judge(t.Context(), chainOf(parties...))
	if c == nil {
		t.Fatal("no certificate")
	}
	return *c
}

const aliceDN = "/O=Grid/CN=Alice"

// covers: D0-037
func TestGoodChains(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	bob := sign(t, person("Bob"), g.branch, nil)
	p1 := proxyOf(t, g.alice)
	p2 := proxyOf(t, p1)
	limited := proxyOf(t, g.alice, language(oidLimited, -1))
	short := proxyOf(t, g.alice, func(c *x509.Certificate) { c.NotBefore, c.NotAfter = noon.Add(-time.Minute), noon.Add(time.Minute) })
	long := []*party{g.alice}
	for range maxProxies {
		long = append([]*party{proxyOf(t, long[0])}, long...)
	}
	for name, c := range map[string]struct {
		chain   []*party
		dn      string
		limited bool
	}{
		"end entity":                    {[]*party{g.alice}, aliceDN, false},
		"with its root":                 {[]*party{g.alice, g.root}, aliceDN, false},
		"below another authority":       {[]*party{bob, g.branch}, "/O=Grid/CN=Bob", false},
		"any usage":                     {[]*party{sign(t, person("Any", func(c *x509.Certificate) { c.ExtKeyUsage, c.KeyUsage = nil, 0 }), g.root, nil)}, "/O=Grid/CN=Any", false},
		"proxy":                         {[]*party{p1, g.alice}, aliceDN, false},
		"proxy of a proxy":              {[]*party{p2, p1, g.alice}, aliceDN, false},
		"proxy, more behind":            {[]*party{p1, g.alice, g.root}, aliceDN, false},
		"proxy of somebody below":       {[]*party{proxyOf(t, bob), bob, g.branch}, "/O=Grid/CN=Bob", false},
		"limited proxy":                 {[]*party{limited, g.alice}, aliceDN, true},
		"full proxy of a limited one":   {[]*party{proxyOf(t, limited), limited, g.alice}, aliceDN, true},
		"limited proxy of a full one":   {[]*party{proxyOf(t, p1, language(oidLimited, -1)), p1, g.alice}, aliceDN, true},
		"as many proxies as there may":  {long, aliceDN, false},
		"last proxy that may be":        {[]*party{proxyOf(t, g.alice, language(oidInheritAll, 0)), g.alice}, aliceDN, false},
		"one below a path length of 1":  {row(t, g.alice, 1, 0), aliceDN, false},
		"two below a path length of 2":  {row(t, g.alice, 2, 1, 0), aliceDN, false},
		"proxy that ends before Alice":  {[]*party{short, g.alice}, aliceDN, false},
		"proxy that ends after its own": {[]*party{proxyOf(t, g.alice, func(c *x509.Certificate) { c.NotBefore, c.NotAfter = noon.Add(-time.Minute), noon.Add(9*time.Hour) }), g.alice}, aliceDN, false},
	} {
		got := g.judge(t, c.chain...)
		if !got.Trusted || got.DN != c.dn || got.Limited != c.limited || got.SHA256 == "" || got.SPKI == "" {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if got := g.judge(t, short, g.alice); !got.Expires.Equal(noon.Add(time.Minute)) {
		t.Errorf("a proxy's end is %v", got.Expires)
	}
	if got := g.judge(t, long...); !got.Expires.Equal(noon.Add(time.Hour)) {
		t.Errorf("a long row's end is %v", got.Expires)
	}
}

// row makes proxies, each with a path length, the leaf first.
func row(t *testing.T, end *party, depths ...int) []*party {
	out := []*party{end}
	for _, d := range depths {
		out = append([]*party{proxyOf(t, out[0], language(oidInheritAll, d))}, out...)
	}
	return out
}

func language(id asn1.ObjectIdentifier, depth int) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.ExtraExtensions = []pkix.Extension{policy(id, depth)} }
}

func withPolicy(value []byte) func(*x509.Certificate) {
	return func(c *x509.Certificate) {
		c.ExtraExtensions = []pkix.Extension{{Id: oidProxyInfo, Critical: true, Value: value}}
	}
}

func with(e pkix.Extension) func(*x509.Certificate) {
	return func(c *x509.Certificate) { c.ExtraExtensions = append(c.ExtraExtensions, e) }
}

func subject(parts ...pkix.RelativeDistinguishedNameSET) func(*x509.Certificate) {
	raw, _ := asn1.Marshal(pkix.RDNSequence(parts))
	return func(c *x509.Certificate) { c.RawSubject = raw }
}

func rdn(id asn1.ObjectIdentifier, value string) pkix.RelativeDistinguishedNameSET {
	return pkix.RelativeDistinguishedNameSET{{Type: id, Value: value}}
}

func TestHostileChains(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	org := asn1.ObjectIdentifier{2, 5, 4, 10}
	mallory := sign(t, person("Mallory"), g.stranger, nil)
	eve := sign(t, person("Eve"), g.root, nil)
	p1 := proxyOf(t, g.alice)
	weak, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	weakProxy := proxyOf(t, g.alice)
	weakProxy = sign(t, &x509.Certificate{RawSubject: weakProxy.RawSubject, ExtraExtensions: []pkix.Extension{policy(oidInheritAll, -1)}}, g.alice, weak)
	small, err := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	fake := sign(t, person("Alice"), nil, eve.key)       // Alice's name with Eve's key
	twin := sign(t, person("Twin"), g.root, g.alice.key) // another name with Alice's key
	tooMany := []*party{g.alice}
	for range maxProxies + 1 {
		tooMany = append([]*party{proxyOf(t, tooMany[0])}, tooMany...)
	}
	encipher := sign(t, person("Encipher", func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), g.root, nil)
	late := func(c *x509.Certificate) { c.NotBefore, c.NotAfter = noon.Add(time.Minute), noon.Add(time.Hour) }
	over := func(c *x509.Certificate) { c.NotBefore, c.NotAfter = noon.Add(-time.Hour), noon.Add(-time.Minute) }
	overP := proxyOf(t, g.alice, over)
	independent, _ := asn1.Marshal(struct {
		Policy struct{ L asn1.ObjectIdentifier }
	}{struct{ L asn1.ObjectIdentifier }{asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 21, 2}}})
	withText, _ := asn1.Marshal(struct {
		Policy struct {
			L    asn1.ObjectIdentifier
			Text []byte
		}
	}{struct {
		L    asn1.ObjectIdentifier
		Text []byte
	}{oidInheritAll, []byte("x")}})
	negative, _ := asn1.Marshal(struct {
		Depth  int
		Policy struct{ L asn1.ObjectIdentifier }
	}{-1, struct{ L asn1.ObjectIdentifier }{oidInheritAll}})
	of := func(change ...func(*x509.Certificate)) []*party {
		return []*party{proxyOf(t, g.alice, change...), g.alice}
	}
	for name, chain := range map[string][]*party{
		"of a strange authority":            {mallory, g.stranger},
		"self-signed":                       {sign(t, person("Alice"), nil, nil)},
		"its authority is missing":          {sign(t, person("Bob"), g.branch, nil)},
		"not yet":                           {sign(t, person("Alice", late), g.root, nil)},
		"no longer":                         {sign(t, person("Alice", over), g.root, nil)},
		"a server's":                        {sign(t, person("Alice", func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }), g.root, nil)},
		"not for signing":                   {encipher},
		"a root itself":                     {g.root},
		"an authority itself":               {g.branch},
		"an authority that is a client too": {sign(t, person("Alice", func(c *x509.Certificate) { c.IsCA, c.BasicConstraintsValid = true, true }), g.root, nil)},
		"unknown critical extension":        {sign(t, person("Alice", with(pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}})), g.root, nil)},
		"made by an end entity":             {sign(t, person("Alice"), eve, nil), eve},
		"made by an end entity as proxy is": {sign(t, person("Alice"), g.alice, nil), g.alice},
		"more than may be presented":        append([]*party{g.alice}, slices.Repeat([]*party{g.root}, maxPresented)...),

		"proxy alone":                        {p1},
		"proxy without its end entity":       {p1, g.root},
		"proxy of somebody else":             {p1, eve},
		"proxy signed by another key":        {proxyOf(t, fake), g.alice},
		"proxy of a stranger":                {proxyOf(t, mallory), mallory, g.stranger},
		"too many proxies":                   tooMany,
		"path length 0 and one below":        row(t, g.alice, 0, 0),
		"path length 1 and two below":        row(t, g.alice, 1, 1, 1),
		"path length widened":                row(t, g.alice, 0, 5),
		"path length below zero":             of(withPolicy(negative)),
		"independent policy":                 of(withPolicy(independent)),
		"unknown policy":                     of(language(asn1.ObjectIdentifier{1, 2, 3}, -1)),
		"policy with a text":                 of(withPolicy(withText)),
		"policy with more behind":            of(withPolicy(append(policy(oidInheritAll, -1).Value, 5, 0))),
		"policy that is none":                of(withPolicy([]byte("x"))),
		"policy that is empty":               of(withPolicy(nil)),
		"policy not critical":                of(func(c *x509.Certificate) { c.ExtraExtensions[0].Critical = false }),
		"proxy not yet":                      of(late),
		"proxy no longer":                    of(over),
		"proxy of one no longer":             {proxyOf(t, overP), overP, g.alice},
		"proxy that is an authority":         of(func(c *x509.Certificate) { c.IsCA, c.BasicConstraintsValid = true, true }),
		"proxy that may sign certificates":   of(func(c *x509.Certificate) { c.KeyUsage |= x509.KeyUsageCertSign }),
		"proxy not for signing":              of(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }),
		"proxy for servers":                  of(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth} }),
		"proxy with another name":            of(func(c *x509.Certificate) { c.DNSNames = []string{"admin.example.org"} }),
		"proxy with another issuer's name":   of(with(pkix.Extension{Id: oidIssuerAlt, Value: []byte{0x30, 0}})),
		"proxy with a critical extension":    of(with(pkix.Extension{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}})),
		"proxy of an authority":              {proxyOf(t, g.root), g.root},
		"proxy of one not for signing":       {proxyOf(t, encipher), encipher},
		"proxy with Eve's name":              of(subject(rdn(org, "Grid"), rdn(oidCommonName, "Eve"), rdn(oidCommonName, "1"))),
		"proxy with its parent's name":       of(subject(rdn(org, "Grid"), rdn(oidCommonName, "Alice"))),
		"proxy with two names more":          of(subject(rdn(org, "Grid"), rdn(oidCommonName, "Alice"), rdn(oidCommonName, "1"), rdn(oidCommonName, "2"))),
		"proxy with another kind of name":    of(subject(rdn(org, "Grid"), rdn(oidCommonName, "Alice"), rdn(org, "1"))),
		"proxy with two names in one":        of(subject(rdn(org, "Grid"), rdn(oidCommonName, "Alice"), append(rdn(oidCommonName, "1"), rdn(oidCommonName, "2")...))),
		"proxy with a name before":           of(subject(rdn(oidCommonName, "1"), rdn(org, "Grid"), rdn(oidCommonName, "Alice"))),
		"proxy by way of a twin":             {proxyOf(t, twin, subject(rdn(org, "Grid"), rdn(oidCommonName, "Alice"), rdn(oidCommonName, "1"))), g.alice},
		"proxy with a weak key":              {weakProxy, g.alice},
		"proxy with a small curve":           {sign(t, &x509.Certificate{RawSubject: p1.RawSubject, ExtraExtensions: []pkix.Extension{policy(oidInheritAll, -1)}}, g.alice, small), g.alice},
		"certificate made by a proxy":        {sign(t, person("Alice"), p1, nil), p1, g.alice},
		"certificate with a proxy extension": {sign(t, person("Alice", with(policy(oidInheritAll, -1))), g.root, nil), g.root},
	} {
		got := g.judge(t, chain...)
		if got.Trusted || got.DN != "" || got.Names != nil {
			t.Errorf("%s: %+v", name, got)
		}
		if got.SHA256 == "" || got.SPKI == "" || !got.Expires.Equal(chain[0].NotAfter) {
			t.Errorf("%s: what is true of it whoever made it: %+v", name, got)
		}
	}
	if got := g.judge(t, p1, g.alice); !got.Trusted {
		t.Error("what the bad ones are made of is not good")
	}
}

func TestWeakSignaturesAreNoProxies(t *testing.T) {
	t.Parallel()
	for _, alg := range []x509.SignatureAlgorithm{x509.MD5WithRSA, x509.SHA1WithRSA, x509.ECDSAWithSHA1, x509.DSAWithSHA256, x509.UnknownSignatureAlgorithm} {
		if slices.Contains(goodSignatures, alg) {
			t.Errorf("%v is taken", alg)
		}
	}
}

func TestAlternativeNames(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	c := sign(t, person("Host", func(c *x509.Certificate) {
		c.DNSNames, c.EmailAddresses = []string{"a.example.org"}, []string{"a@example.org"}
		c.URIs, c.IPAddresses = []*url.URL{{Scheme: "urn", Opaque: "a"}}, []net.IP{net.IPv4(192, 0, 2, 7)}
	}), g.root, nil)
	want := []string{"dns:a.example.org", "uri:urn:a", "email:a@example.org", "ip:192.0.2.7"}
	if got := g.judge(t, c); !slices.Equal(got.Names, want) {
		t.Errorf("%v", got.Names)
	}
}

// TestNobodyIsTrustedByDefault: without authorities the system's are not asked.
func TestNobodyIsTrustedByDefault(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	g.dir = ""
	g.open(t)
	if got := g.judge(t, g.alice); got.Trusted {
		t.Errorf("%+v", got)
	}
}

func TestOwnAuthorityIsTrusted(t *testing.T) {
	t.Parallel()
	g := newGrid(t)
	own := authority(t, "Own", nil)
	s, err := Open(Config{Own: pemOf(own), Now: func() time.Time { return noon }, Log: logx.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.judge(t.Context(), chainOf(sign(t, person("Alice"), own, nil))); !got.Trusted || got.DN != aliceDN {
		t.Errorf("%+v", got)
	}
	if got := s.judge(t.Context(), chainOf(g.alice)); got.Trusted {
		t.Errorf("%+v", got)
	}
}
