package user

import (
	"errors"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Email is an address. Only ParseEmail makes it.
type Email string

// DN is the distinguished name of a certificate in slash form, "/C=…/CN=…".
// Only ParseDN makes it.
type DN string

// Login is a Unix login. Only ParseLogin makes it.
type Login string

// What is wrong with an attribute.
var (
	ErrEmail    = errors.New("must be an address such as alice@example.org, of at most 254 bytes")
	ErrDN       = errors.New(`must be a distinguished name such as "/O=Org/CN=Alice", of at most 1000 bytes`)
	ErrLogin    = errors.New("must be a letter or underscore followed by up to 31 letters, digits, dots, dashes or underscores")
	ErrRealName = errors.New("must be at most 200 bytes of printable text")
)

var (
	emailSyntax = regexp.MustCompile(`^[^\s@<>"(),;:\\\[\]]+@[^\s@<>"(),;:\\\[\]]+$`)
	dnSyntax    = regexp.MustCompile(`^(/[A-Za-z0-9][A-Za-z0-9.]*=[^/][^=]*)+$`)
	loginSyntax = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9._-]{0,31}$`)
)

// ParseEmail reads an address, or nothing. Its one spelling is in lower case,
// so that nobody has an address twice.
func ParseEmail(s string) (Email, error) {
	if s != "" && (len(s) > 254 || !printable(s) || !emailSyntax.MatchString(s)) {
		return "", ErrEmail
	}
	return Email(strings.ToLower(s)), nil
}

// ParseDN reads a distinguished name in slash form.
func ParseDN(s string) (DN, error) {
	if len(s) > 1000 || !printable(s) || !dnSyntax.MatchString(s) {
		return "", ErrDN
	}
	return DN(s), nil
}

// ParseLogin reads a Unix login. Nobody is mapped to root by a slip.
func ParseLogin(s string) (Login, error) {
	if s == "root" || !loginSyntax.MatchString(s) {
		return "", ErrLogin
	}
	return Login(s), nil
}

// ParseRealName reads what people call the user.
func ParseRealName(s string) (string, error) {
	if len(s) > 200 || !printable(s) {
		return "", ErrRealName
	}
	return s, nil
}

func printable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}
