package es

import (
	"errors"
	"slices"
	"strings"
)

const hexDigits = "0123456789ABCDEF"

// escape writes a header value as the NATS binding of CloudEvents asks
// (section 3.1.3.2): blanks, quotes, percent signs and everything outside
// printable ASCII become %XX, byte by byte.
func escape(s string) string {
	if !slices.ContainsFunc([]byte(s), escaped) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if c := s[i]; escaped(c) {
			b.WriteByte('%')
			b.WriteByte(hexDigits[c>>4])
			b.WriteByte(hexDigits[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func escaped(c byte) bool { return c <= ' ' || c >= 0x7f || c == '"' || c == '%' }

var errEscape = errors.New("a percent sign without two hexadecimal digits")

func unescape(s string) (string, error) {
	if !strings.Contains(s, "%") {
		return s, nil
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '%' {
			b.WriteByte(s[i])
			continue
		}
		if i+2 >= len(s) {
			return "", errEscape
		}
		hi, lo := digit(s[i+1]), digit(s[i+2])
		if hi < 0 || lo < 0 {
			return "", errEscape
		}
		b.WriteByte(byte(hi<<4 | lo))
		i += 2
	}
	return b.String(), nil
}

func digit(c byte) int {
	return strings.IndexByte(hexDigits, strings.ToUpper(string(c))[0])
}
