package client

import (
	"errors"
	"net"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ID is a client_id. Only ParseID makes it.
type ID string

// Redirect is a redirect URI. Only ParseRedirect makes it.
type Redirect string

// Grant is a way to get a token, by its short name. Only ParseGrant makes it.
type Grant string

// The grants.
const (
	AuthorizationCode Grant = "authorization_code" // RFC 6749, section 4.1
	RefreshToken      Grant = "refresh_token"      // RFC 6749, section 6
	DeviceCode        Grant = "device_code"        // RFC 8628
	ClientCredentials Grant = "client_credentials" // RFC 6749, section 4.4
)

// deviceCodeURN is the name of DeviceCode in requests (RFC 8628, section 3.4).
const deviceCodeURN = "urn:ietf:params:oauth:grant-type:device_code"

// Type is the grant's name in requests: its grant_type.
func (g Grant) Type() string {
	if g == DeviceCode {
		return deviceCodeURN
	}
	return string(g)
}

// What is wrong with a part of a registration.
var (
	ErrID         = errors.New("must be 1 to 64 letters, digits, dots, dashes or underscores")
	ErrGrant      = errors.New("must be authorization_code, refresh_token, device_code or client_credentials")
	ErrMethod     = errors.New("must be none, client_secret_basic, client_secret_post, private_key_jwt, tls_client_auth or self_signed_tls_client_auth")
	ErrName       = errors.New("must be 1 to 200 bytes of printable text")
	ErrLink       = errors.New("must be an http or https address")
	ErrIDTokenAlg = errors.New("must be RS256 or EdDSA")
	ErrRedirect   = errors.New("must be an absolute https address, or an http address of this machine, without user or fragment")
)

var idSyntax = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// ParseID reads a client_id, which is case-sensitive.
func ParseID(s string) (ID, error) {
	if !idSyntax.MatchString(s) {
		return "", ErrID
	}
	return ID(s), nil
}

// ParseGrant reads a grant type.
func ParseGrant(s string) (Grant, error) {
	switch g := Grant(s); g {
	case AuthorizationCode, RefreshToken, DeviceCode, ClientCredentials:
		return g, nil
	case deviceCodeURN:
		return DeviceCode, nil
	default:
		return "", ErrGrant
	}
}

// ParseMethod reads a method of authentication.
func ParseMethod(s string) (Method, error) {
	switch m := Method(s); m {
	case None, Basic, Post, PrivateKey, TLS, SelfSigned:
		return m, nil
	default:
		return "", ErrMethod
	}
}

// ParseName reads what people call a client.
func ParseName(s string) (string, error) {
	if s == "" || len(s) > 200 || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", ErrName
	}
	return s, nil
}

// ParseLink reads the address of a page or picture for people, or nothing.
func ParseLink(s string) (string, error) {
	u, err := url.Parse(s)
	if s != "" && (err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Scheme != "http" || len(s) > 2000) {
		return "", ErrLink
	}
	return s, nil
}

// ParseIDTokenAlg reads how ID tokens are to be signed, or nothing.
func ParseIDTokenAlg(s string) (string, error) {
	switch s {
	case "", "RS256", "EdDSA":
		return s, nil
	default:
		return "", ErrIDTokenAlg
	}
}

// ParseRedirect reads a redirect URI: a code may travel in the clear only
// within one machine (RFC 8252, section 7.3).
func ParseRedirect(s string) (Redirect, error) {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" || u.User != nil || strings.Contains(s, "#") || len(s) > 2000 {
		return "", ErrRedirect
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme == "http" && loopback(u.Hostname()):
	default:
		return "", ErrRedirect
	}
	return Redirect(s), nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
