// Package scope reads the scopes of a request: the words of OpenID Connect,
// our own, and those of DIRAC, which are written as "word:value". It is
// separate from the protocol because devices, codes, client credentials, API
// keys and the pages must all read them in the same way, and it is pure: who
// the user is, and what they may have, is asked elsewhere.
package scope

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The plain words.
const (
	OpenID        = "openid"
	Profile       = "profile"
	Email         = "email"
	Groups        = "groups"
	OfflineAccess = "offline_access" // a refresh token
	API           = "api"            // whatever the user may
	APIRead       = "api:read"       // what changes nothing
	Operator      = "operator"       // keep the operator's role
	Bound         = "bound"          // bind to the certificate of the request
)

const (
	// Longest is the longest text in bytes; MaxWords the most words in it.
	Longest  = 8 << 10
	MaxWords = 100
	// MaxLifetime is the longest life of a grant.
	MaxLifetime = 30 * 24 * time.Hour
)

// plain are the words that can be granted, in the order in which they are
// written.
var plain = []string{OpenID, Profile, Email, Groups, OfflineAccess, API, APIRead, Operator, Bound}

// empty are words of OpenID Connect behind which there is nothing here: asking
// for them is no mistake, and they are not granted.
var empty = []string{"phone", "address"}

// Request is what is asked for. The zero Request asks for nothing.
type Request struct {
	Plain      []string      // known words, each once, in a fixed order
	Group      string        // to act in; empty: to be chosen
	VO         string        // that the group must belong to
	Properties []string      // wanted beside the group's own
	Lifetime   time.Duration // upper bound of the grant's life; zero: none
}

// Error is why a text is no scope; the protocol calls it invalid_scope.
type Error struct{ Text string }

func (e *Error) Error() string { return e.Text }

func wrong(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }

// Parse reads a text of words with blanks between them.
func Parse(text string) (Request, error) {
	if len(text) > Longest {
		return Request{}, wrong("scope is longer than %d bytes", Longest)
	}
	if i := strings.IndexFunc(text, strange); i >= 0 {
		return Request{}, wrong("scope has a character at byte %d that scopes cannot have (RFC 6749, section 3.3)", i)
	}
	words := strings.Fields(text)
	if len(words) > MaxWords {
		return Request{}, wrong("scope has more than %d words", MaxWords)
	}
	var r Request
	for _, w := range words {
		if err := r.add(w); err != nil {
			return Request{}, err
		}
	}
	r.order()
	return r, nil
}

// strange is whatever a scope token cannot hold.
func strange(c rune) bool { return c < ' ' || c > '~' || c == '"' || c == '\\' }

func (r *Request) add(word string) error {
	switch {
	case slices.Contains(plain, word):
		r.Plain = append(r.Plain, word)
		return nil
	case slices.Contains(empty, word):
		return nil
	case word == "proxy":
		return wrong("scope proxy: proxies are not offered")
	}
	kind, value, _ := strings.Cut(word, ":")
	switch kind {
	case "g", "group", "vo", "p", "property", "lifetime":
		if value == "" {
			return wrong("scope %s: has no value", word)
		}
	}
	switch kind {
	case "g", "group":
		if r.Group == "" { // the first counts
			r.Group = value
		}
	case "vo":
		if r.VO != "" && r.VO != value {
			return wrong("scope %s: there can be only one vo", word)
		}
		r.VO = value
	case "p", "property":
		r.Properties = append(r.Properties, value)
	case "lifetime":
		return r.limit(word, value)
	default:
		return wrong("scope %s: is not known", word)
	}
	return nil
}

// limit takes the shortest of several lifetimes.
func (r *Request) limit(word, value string) error {
	seconds, err := strconv.ParseUint(value, 10, 31)
	if err != nil || seconds == 0 {
		return wrong("scope %s: must be a number of seconds", word)
	}
	d := min(time.Duration(seconds)*time.Second, MaxLifetime)
	if r.Lifetime == 0 || d < r.Lifetime {
		r.Lifetime = d
	}
	return nil
}

func (r *Request) order() {
	r.Plain = ordered(r.Plain)
	slices.Sort(r.Properties)
	r.Properties = slices.Compact(r.Properties)
}

func ordered(words []string) []string {
	var out []string
	for _, w := range plain {
		if slices.Contains(words, w) {
			out = append(out, w)
		}
	}
	return out
}

// Has reports whether a plain word is asked for.
func (r Request) Has(word string) bool { return slices.Contains(r.Plain, word) }

// Words is the request word by word, the plain ones first.
func (r Request) Words() []string {
	out := slices.Clone(r.Plain)
	if r.Group != "" {
		out = append(out, "g:"+r.Group)
	}
	if r.VO != "" {
		out = append(out, "vo:"+r.VO)
	}
	for _, p := range r.Properties {
		out = append(out, "property:"+p)
	}
	if r.Lifetime != 0 {
		out = append(out, "lifetime:"+strconv.FormatInt(int64(r.Lifetime/time.Second), 10))
	}
	return out
}

// String is the request as a text that Parse reads.
func (r Request) String() string { return strings.Join(r.Words(), " ") }
