package clientcert

import (
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

var errName = errors.New("clientcert: the name cannot be written in one way only")

// types are the attribute types that have a name; others go by their number.
var types = map[string]string{
	"2.5.4.3": "CN", "2.5.4.4": "SN", "2.5.4.5": "serialNumber", "2.5.4.6": "C", "2.5.4.7": "L",
	"2.5.4.8": "ST", "2.5.4.9": "street", "2.5.4.10": "O", "2.5.4.11": "OU", "2.5.4.12": "title",
	"2.5.4.17": "postalCode", "2.5.4.42": "GN", "2.5.4.43": "initials", "2.5.4.46": "dnQualifier",
	"0.9.2342.19200300.100.1.1": "UID", "0.9.2342.19200300.100.1.25": "DC",
	"1.2.840.113549.1.9.1": "emailAddress",
}

// slashDN writes a DER name in slash form, "/DC=org/CN=Jane", in the order of
// the certificate. That form has no way to quote, so a name that reads like
// another one is refused: whoever may choose a part of their own name must not
// become somebody else by it.
func slashDN(der []byte) (string, error) {
	var name pkix.RDNSequence
	if rest, err := asn1.Unmarshal(der, &name); err != nil || len(rest) > 0 || len(name) == 0 {
		return "", errName
	}
	var b strings.Builder
	for _, rdn := range name {
		if len(rdn) != 1 { // their order says nothing, and the slash form would invent one
			return "", errName
		}
		value, ok := rdn[0].Value.(string)
		if !ok || !unmistakable(value) {
			return "", errName
		}
		id := rdn[0].Type.String()
		if short, ok := types[id]; ok {
			id = short
		}
		b.WriteString("/" + id + "=" + value)
	}
	return b.String(), nil
}

// unmistakable reports whether a value cannot be taken for more than itself.
// A slash may be in it, as in the names of grid hosts, "host/node.example.org",
// but nothing that could begin another attribute behind it.
func unmistakable(value string) bool {
	_, behind, _ := strings.Cut(value, "/")
	return value != "" && value[0] != '/' && !strings.Contains(behind, "=") &&
		utf8.ValidString(value) && !strings.ContainsFunc(value, func(r rune) bool { return !unicode.IsPrint(r) })
}
