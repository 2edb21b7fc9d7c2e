package clientcert

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"slices"
	"time"
)

// Proxies are certificates that users sign with their own certificate, so that
// a program acts for them for a few hours (RFC 3820). crypto/x509 rightly takes
// no certificate that an end entity has signed, so all of it is judged here.

// maxProxies is how many proxies may follow one another.
const maxProxies = 8

var (
	errProxy = errors.New("clientcert: not a proxy certificate of the one behind it")

	oidProxyInfo   = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 14}
	oidInheritAll  = asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 21, 1}
	oidLimited     = asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 3536, 1, 1, 1, 9} // Globus: may not start jobs
	oidCommonName  = asn1.ObjectIdentifier{2, 5, 4, 3}
	oidSubjectAlt  = asn1.ObjectIdentifier{2, 5, 29, 17}
	oidIssuerAlt   = asn1.ObjectIdentifier{2, 5, 29, 18}
	goodSignatures = []x509.SignatureAlgorithm{
		x509.SHA256WithRSA, x509.SHA384WithRSA, x509.SHA512WithRSA, x509.SHA256WithRSAPSS, x509.SHA384WithRSAPSS,
		x509.SHA512WithRSAPSS, x509.ECDSAWithSHA256, x509.ECDSAWithSHA384, x509.ECDSAWithSHA512, x509.PureEd25519,
	}
)

// speaker is whom a row of proxies speaks for.
type speaker struct {
	end     int // index of the end entity; those before it are proxies
	limited bool
	expires time.Time
}

// behind walks from the leaf to the end entity that the proxies stand for.
func behind(chain []*x509.Certificate, now time.Time) (speaker, error) {
	s := speaker{expires: chain[0].NotAfter}
	for ; isProxy(chain[s.end]); s.end++ {
		if s.end >= maxProxies || s.end+1 >= len(chain) {
			return s, errProxy
		}
		proxy, parent := chain[s.end], chain[s.end+1]
		info, err := proxyInfo(proxy)
		if err != nil || s.end > info.depth || !follows(proxy, parent) || !made(proxy, parent, now) {
			return s, errProxy
		}
		s.limited = s.limited || info.limited
		s.expires = earlier(s.expires, parent.NotAfter)
	}
	return s, nil
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func isProxy(c *x509.Certificate) bool { return extension(c, oidProxyInfo) != nil }

func extension(c *x509.Certificate, id asn1.ObjectIdentifier) *pkix.Extension {
	if i := slices.IndexFunc(c.Extensions, func(e pkix.Extension) bool { return e.Id.Equal(id) }); i >= 0 {
		return &c.Extensions[i]
	}
	return nil
}

// info is what a proxy says of itself.
type info struct {
	limited bool
	depth   int // how many proxies may come after it
}

// proxyInfo reads the extension (RFC 3820, section 3.8). Only two policies
// give what the end entity may: all of it, and Globus's limited one.
func proxyInfo(c *x509.Certificate) (info, error) {
	var raw struct {
		Depth  int `asn1:"optional,default:-1"`
		Policy struct {
			Language asn1.ObjectIdentifier
			Text     []byte `asn1:"optional"`
		}
	}
	e := extension(c, oidProxyInfo)
	rest, err := asn1.Unmarshal(e.Value, &raw)
	if err != nil || len(rest) > 0 || !e.Critical || raw.Policy.Text != nil {
		return info{}, errProxy
	}
	i := info{limited: raw.Policy.Language.Equal(oidLimited), depth: raw.Depth}
	if !i.limited && !raw.Policy.Language.Equal(oidInheritAll) {
		return info{}, errProxy
	}
	if i.depth >= 0 {
		return i, nil
	}
	i.depth = maxProxies
	if numbered(e.Value) { // a negative one, and not the default for none
		return info{}, errProxy
	}
	return i, nil
}

// numbered reports whether a sequence begins with a number.
func numbered(sequence []byte) bool {
	var outer asn1.RawValue
	_, err := asn1.Unmarshal(sequence, &outer)
	return err == nil && len(outer.Bytes) > 0 && outer.Bytes[0] == asn1.TagInteger
}

// follows reports whether the proxy is named after its parent: the same name
// and one common name more (RFC 3820, sections 3.3 to 3.5).
func follows(proxy, parent *x509.Certificate) bool {
	name, above := parts(proxy.RawSubject), parts(parent.RawSubject)
	n := len(above)
	if n == 0 || len(name) != n+1 || !bytes.Equal(proxy.RawIssuer, parent.RawSubject) {
		return false
	}
	for i := range above {
		if !bytes.Equal(name[i].FullBytes, above[i].FullBytes) {
			return false
		}
	}
	var last pkix.RelativeDistinguishedNameSET
	_, err := asn1.UnmarshalWithParams(name[n].FullBytes, &last, "set")
	return err == nil && len(last) == 1 && last[0].Type.Equal(oidCommonName)
}

// parts are the parts of a name as they are encoded; none of what is no name.
func parts(der []byte) (out []asn1.RawValue) {
	if rest, err := asn1.Unmarshal(der, &out); err != nil || len(rest) > 0 {
		return nil
	}
	return out
}

// made reports whether the parent has signed the proxy, and the proxy is in
// time and claims nothing that a proxy has not.
func made(proxy, parent *x509.Certificate, now time.Time) bool {
	unknown := slices.DeleteFunc(slices.Clone(proxy.UnhandledCriticalExtensions), oidProxyInfo.Equal)
	return !proxy.IsCA && len(unknown) == 0 &&
		extension(proxy, oidSubjectAlt) == nil && extension(proxy, oidIssuerAlt) == nil &&
		proxy.KeyUsage&x509.KeyUsageCertSign == 0 && authenticates(proxy) &&
		!now.Before(proxy.NotBefore) && !now.After(proxy.NotAfter) &&
		strong(proxy.PublicKey) && strong(parent.PublicKey) &&
		slices.Contains(goodSignatures, proxy.SignatureAlgorithm) &&
		parent.CheckSignature(proxy.SignatureAlgorithm, proxy.RawTBSCertificate, proxy.Signature) == nil
}

// authenticates reports whether the key is for signing, and the certificate
// for clients, as far as it says what it is for.
func authenticates(c *x509.Certificate) bool {
	usage := c.KeyUsage == 0 || c.KeyUsage&x509.KeyUsageDigitalSignature != 0
	purpose := len(c.ExtKeyUsage)+len(c.UnknownExtKeyUsage) == 0 ||
		slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageClientAuth) || slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageAny)
	return usage && purpose
}

// strong reports whether a key is none that is broken in a proxy's life.
func strong(key any) bool {
	switch k := key.(type) {
	case *rsa.PublicKey:
		return k.N.BitLen() >= 2048 && k.N.BitLen() <= 8192
	case *ecdsa.PublicKey:
		return k.Curve.Params().BitSize >= 256
	case ed25519.PublicKey:
		return true
	default:
		return false
	}
}
