// Package perm is core4's permission strings: who may use which handler, job,
// tenant. It is separate because the auth service,
// which writes them, and the gateway, which enforces them, must read them in
// the same way, and because the reading is all there is to it: no I/O, no time.
package perm

import (
	"regexp"
	"regexp/syntax"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
)

const (
	// Longest is the longest permission in bytes.
	Longest = 500
	// maxSize bounds what a pattern unfolds to: a few bytes of repetition would
	// else take megabytes, in every process that enforces it.
	maxSize = 5000
	letters = "crud"
)

// Everything is the permission that includes all others: core4's operators
// have it.
const Everything = string(cop)

type protocol string

const (
	cop     protocol = "cop"
	api     protocol = "api"
	job     protocol = "job"
	app     protocol = "app"
	mongodb protocol = "mongodb"
)

// Perm is one permission, checked. Only Parse makes it.
type Perm struct {
	protocol protocol
	// target is a pattern of qualified names (api, job), or a key to be equal
	// (app), or a database (mongodb).
	target string
	// rights are the letters after the pattern; all says that there were none,
	// which for api means every method.
	rights string
	all    bool
}

// Parse reads a permission. What it refuses is the fault Invalid with a text
// that core4's clients know.
func Parse(s string) (Perm, error) {
	if len(s) > Longest {
		return Perm{}, refuse(s[:0], "is longer than %d bytes", Longest)
	}
	if !utf8.ValidString(s) {
		return Perm{}, refuse("", "is not UTF-8")
	}
	if strings.EqualFold(s, string(cop)) {
		return Perm{protocol: cop}, nil
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
		return Perm{}, refuse(s, "holds white space or control characters")
	}
	name, target, ok := strings.Cut(s, "://")
	if !ok || target == "" {
		return Perm{}, refuse(s, "is neither cop nor of the form protocol://target")
	}
	switch p := protocol(name); p {
	case api, job:
		return parsePattern(s, p, target)
	case app, mongodb:
		return Perm{protocol: p, target: target}, nil
	default:
		return Perm{}, refuse(s, "has none of the protocols api, job, app and mongodb")
	}
}

func parsePattern(s string, p protocol, target string) (Perm, error) {
	pattern, rights, given := strings.Cut(target, "/")
	switch {
	case pattern == "":
		return Perm{}, refuse(s, "has no pattern")
	case p == api && strings.Trim(rights, letters) != "":
		return Perm{}, refuse(s, "may end with a slash and letters out of crud, and has no other slash")
	case p == job && rights != "x" && rights != "r":
		return Perm{}, refuse(s, "must end with /x or /r, and has no other slash")
	}
	if _, err := compile(pattern); err != nil {
		return Perm{}, refuse(s, "has a pattern that is not usable: %v", err)
	}
	return Perm{protocol: p, target: pattern, rights: rights, all: !given}, nil
}

func refuse(s, format string, args ...any) error {
	return fault.New(fault.Invalid, "perm.invalid", "invalid permission protocol [%s]", s).WithField("perm", format, args...)
}

// String is the canonical spelling.
func (p Perm) String() string {
	switch {
	case p.protocol == cop:
		return string(cop)
	case p.protocol == "":
		return ""
	case (p.protocol == api || p.protocol == job) && !p.all:
		return string(p.protocol) + "://" + p.target + "/" + p.rights
	default:
		return string(p.protocol) + "://" + p.target
	}
}

// compile reads a pattern of RE2. A pattern applies from the start of a name,
// with an open end; matches looks at where the match begins instead of putting
// the pattern into a larger one, which a pattern could break out of.
func compile(pattern string) (*regexp.Regexp, error) {
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return nil, err
	}
	if size(tree) > maxSize {
		return nil, errTooLarge
	}
	return regexp.Compile(pattern)
}

// size is about how many steps the pattern's program has.
func size(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)
	for _, sub := range re.Sub {
		n += size(sub)
	}
	if re.Op == syntax.OpRepeat {
		n *= max(1, re.Min, re.Max)
	}
	return n
}

type patternError string

func (e patternError) Error() string { return string(e) }

const errTooLarge = patternError("its repetitions are too many")

func matches(re *regexp.Regexp, name string) bool {
	at := re.FindStringIndex(name) // leftmost, so that one at the start is found if there is any
	return at != nil && at[0] == 0
}
