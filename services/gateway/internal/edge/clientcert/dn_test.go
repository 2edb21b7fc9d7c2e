package clientcert

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"regexp"
	"strings"
	"testing"
)

func der(t testing.TB, v any) []byte {
	t.Helper()
	b, err := asn1.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSlashForm(t *testing.T) {
	t.Parallel()
	id := func(n ...int) asn1.ObjectIdentifier { return n }
	o, cn, dc := id(2, 5, 4, 10), id(2, 5, 4, 3), id(0, 9, 2342, 19200300, 100, 1, 25)
	for want, name := range map[string]pkix.RDNSequence{
		"/DC=org/DC=grid/O=Inst/CN=Jane Doe":          {rdn(dc, "org"), rdn(dc, "grid"), rdn(o, "Inst"), rdn(cn, "Jane Doe")},
		"/CN=Jane/O=Inst":                             {rdn(cn, "Jane"), rdn(o, "Inst")},
		"/O=Grid/CN=host/node.example.org":            {rdn(o, "Grid"), rdn(cn, "host/node.example.org")},
		"/CN=a=b":                                     {rdn(cn, "a=b")},
		"/CN=Jürgen/emailAddress=j@example.org":       {rdn(cn, "Jürgen"), rdn(id(1, 2, 840, 113549, 1, 9, 1), "j@example.org")},
		"/1.2.3.4=x/UID=jane":                         {rdn(id(1, 2, 3, 4), "x"), rdn(id(0, 9, 2342, 19200300, 100, 1, 1), "jane")},
		"/C=DE/ST=Hessen/L=Darmstadt/OU=a, b+c/CN=\"": {rdn(id(2, 5, 4, 6), "DE"), rdn(id(2, 5, 4, 8), "Hessen"), rdn(id(2, 5, 4, 7), "Darmstadt"), rdn(id(2, 5, 4, 11), "a, b+c"), rdn(cn, "\"")},
	} {
		if got, err := slashDN(der(t, name)); err != nil || got != want {
			t.Errorf("%q, %v; want %q", got, err, want)
		}
	}
	whole := der(t, pkix.RDNSequence{rdn(cn, "Jane")})
	for name, raw := range map[string][]byte{
		"an attribute inside a value": der(t, pkix.RDNSequence{rdn(o, "Grid/CN=Jane")}),
		"one behind a host":           der(t, pkix.RDNSequence{rdn(cn, "host/node.example.org/CN=Jane")}),
		"one in the second slash":     der(t, pkix.RDNSequence{rdn(cn, "a/b/O=x")}),
		"a value that begins so":      der(t, pkix.RDNSequence{rdn(cn, "/CN=Jane")}),
		"a value of a slash":          der(t, pkix.RDNSequence{rdn(cn, "/")}),
		"an empty value":              der(t, pkix.RDNSequence{rdn(cn, "")}),
		"an empty name":               der(t, pkix.RDNSequence{}),
		"two in one":                  der(t, pkix.RDNSequence{append(rdn(cn, "Jane"), rdn(o, "Grid")...)}),
		"a line break":                der(t, pkix.RDNSequence{rdn(cn, "Jane\nAdmin")}),
		"a zero byte":                 der(t, pkix.RDNSequence{rdn(cn, "Jane\x00.example.org")}),
		"a change of direction":       der(t, pkix.RDNSequence{rdn(cn, "Jane\u202enaoJ")}),
		"a number":                    der(t, pkix.RDNSequence{{{Type: cn, Value: 7}}}),
		"more behind":                 append(whole, 5, 0),
		"cut off":                     whole[:len(whole)-1],
		"nothing":                     nil,
	} {
		if got, err := slashDN(raw); err == nil {
			t.Errorf("%s: %q", name, got)
		}
	}
}

var attribute = regexp.MustCompile(`/[A-Za-z0-9.]+=`)

// FuzzSlashForm: a name in slash form has the parts that the name has, however
// it came about.
func FuzzSlashForm(f *testing.F) {
	for _, value := range []string{"Jane", "host/node.example.org", "x/CN=Jane", "/", "a=b", "a//b=c", "a/b", "\x00"} {
		f.Add(der(f, pkix.RDNSequence{rdn(oidCommonName, "Grid"), rdn(oidCommonName, value), rdn(oidCommonName, "z")}))
	}
	f.Add([]byte{0x30, 0})
	f.Fuzz(func(t *testing.T, raw []byte) {
		text, err := slashDN(raw)
		if err != nil {
			return
		}
		var name pkix.RDNSequence
		if _, err := asn1.Unmarshal(raw, &name); err != nil {
			t.Fatalf("%q of what is no name", text)
		}
		values := attribute.Split(text, -1)[1:]
		if len(values) != len(name) {
			t.Fatalf("%q has %d parts, the name %d", text, len(values), len(name))
		}
		for i, v := range values {
			if v != name[i][0].Value || strings.ContainsAny(v, "\r\n\x00") {
				t.Errorf("part %d of %q is not %q", i, text, name[i][0].Value)
			}
		}
	})
}
