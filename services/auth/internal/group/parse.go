package group

import (
	"errors"
	"regexp"
)

// What is wrong with one of a group's rights.
var (
	ErrVO       = errors.New("must be 1 to 64 letters, digits, dots, dashes or underscores")
	ErrProperty = errors.New("must be a letter followed by up to 63 letters, digits or underscores")
	ErrSetup    = errors.New("must be 1 to 64 letters, digits, dots, dashes or underscores")
	ErrIdPRole  = errors.New("must be 1 to 200 characters of ASCII without blanks")
)

var (
	wordSyntax     = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)
	propertySyntax = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]{0,63}$`)
	idpRoleSyntax  = regexp.MustCompile(`^[!-~]{1,200}$`)
)

// ParseVO reads the name of a virtual organisation.
func ParseVO(s string) (string, error) { return match(wordSyntax, s, ErrVO) }

// ParseProperty reads one of DIRAC's properties.
func ParseProperty(s string) (string, error) { return match(propertySyntax, s, ErrProperty) }

// ParseSetup reads the name of a DIRAC setup.
func ParseSetup(s string) (string, error) { return match(wordSyntax, s, ErrSetup) }

// ParseIdPRole reads a role at a federated provider.
func ParseIdPRole(s string) (string, error) { return match(idpRoleSyntax, s, ErrIdPRole) }

func match(syntax *regexp.Regexp, s string, wrong error) (string, error) {
	if !syntax.MatchString(s) {
		return "", wrong
	}
	return s, nil
}
