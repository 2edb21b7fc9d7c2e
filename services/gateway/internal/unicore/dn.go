package unicore

import (
	"crypto/x509/pkix"
	"regexp"
	"slices"
	"strings"
)

// distinguished is a user's name in the form of X.500.
func distinguished(name string) string {
	if name == "" {
		return "CN=ANONYMOUS,O=UNKNOWN,OU=UNKNOWN"
	}
	return pkix.Name{CommonName: name, Organization: []string{"Heddle"}}.String()
}

// x500 is the name on the caller's certificate, or one that is made of their
// login name.
func (c caller) x500() string {
	if name := fromSlashes(c.DN); name != "" {
		return name
	}
	return distinguished(c.Name)
}

var attribute = regexp.MustCompile(`/[A-Za-z0-9.]+=`)

// fromSlashes turns "/O=Grid/CN=Jane" into "CN=Jane,O=Grid" (RFC 4514), which
// begins at the other end.
func fromSlashes(name string) string {
	begins := attribute.FindAllStringIndex(name, -1)
	if len(begins) == 0 || begins[0][0] != 0 {
		return ""
	}
	var parts []string
	for i, b := range begins {
		end := len(name)
		if i+1 < len(begins) {
			end = begins[i+1][0]
		}
		parts = append(parts, name[b[0]+1:b[1]]+escaped(name[b[1]:end]))
	}
	slices.Reverse(parts)
	return strings.Join(parts, ",")
}

// escaped quotes what means something else in RFC 4514, section 2.4.
func escaped(value string) string {
	var b strings.Builder
	for i, r := range value {
		edge := i == 0 || i == len(value)-1
		if strings.ContainsRune(`,+"\<>;`, r) || r == ' ' && edge || r == '#' && i == 0 {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}
