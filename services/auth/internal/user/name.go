package user

import (
	"errors"
	"regexp"
	"strings"
)

// Name is a login name in its one spelling: lower case. Only ParseName makes it.
type Name string

// Role is a platform role. Only ParseRole makes it.
type Role string

// Operator may see and change everything.
const Operator Role = "operator"

// What is wrong with a name or a role.
var (
	ErrName = errors.New("must be a letter followed by up to 63 letters, digits, dots, dashes or underscores")
	ErrRole = errors.New(`must be "operator", the only role there is`)
)

var nameSyntax = regexp.MustCompile(`^[a-z][a-z0-9._-]{0,63}$`)

// ParseName reads a login name in any case.
func ParseName(s string) (Name, error) {
	// Only ASCII is folded: other letters have other lower cases elsewhere.
	s = strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, s)
	if !nameSyntax.MatchString(s) {
		return "", ErrName
	}
	return Name(s), nil
}

// ParseRole reads a role. The set is closed, so that no one is given a role
// that means something to a component but nothing to people.
func ParseRole(s string) (Role, error) {
	if Role(s) != Operator {
		return "", ErrRole
	}
	return Operator, nil
}
