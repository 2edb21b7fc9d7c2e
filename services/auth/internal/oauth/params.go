package oauth

import (
	"errors"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

const (
	mostParams   = 100
	longestParam = 8 << 10
)

// params are a request's, each once. An empty one was not sent (RFC 6749,
// section 3.1).
type params map[string]string

// sent are the parameters of a request that a client authenticates.
func sent(r authapi.ExchangeRequest) (params, error) {
	r, err := r.Read()
	if err != nil {
		return nil, err
	}
	return read(r.Params, "")
}

// read refuses what is repeated, since whoever checks the first and whoever
// acts on the last would otherwise see two requests. lastWins names the
// exception that DIRAC's clients need.
func read(sent url.Values, lastWins string) (params, error) {
	if len(sent) > mostParams {
		return nil, authapi.Refuse(authapi.InvalidRequest, "The request has more than %d parameters.", mostParams)
	}
	p := params{}
	for name, values := range sent {
		if len(values) == 0 {
			continue
		}
		value := values[len(values)-1]
		switch {
		case len(name) > longestParam || len(value) > longestParam*2:
			return nil, authapi.Refuse(authapi.InvalidRequest, "A parameter is too long.")
		case !text(name) || !text(value):
			return nil, authapi.Refuse(authapi.InvalidRequest, "A parameter is not valid UTF-8 text.")
		case len(value) > longestParam && name != "client_assertion":
			return nil, authapi.Refuse(authapi.InvalidRequest, "The parameter %s is longer than %d bytes.", name, longestParam)
		case len(values) > 1 && name != lastWins:
			return nil, authapi.Refuse(authapi.InvalidRequest, "The parameter %s is repeated.", name)
		case value != "":
			p[name] = value
		}
	}
	return p, nil
}

func text(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// need gives a parameter that must be there.
func (p params) need(name string) (string, error) {
	if p[name] == "" {
		return "", authapi.Refuse(authapi.InvalidRequest, "%s is missing.", name)
	}
	return p[name], nil
}

// proof is what the request shows of its client.
func (p params) proof(r authapi.ExchangeRequest) clientauth.Proof {
	return clientauth.Proof{
		Basic: r.Basic, ID: p["client_id"], Secret: p["client_secret"],
		Assertion: p["client_assertion"], AssertionType: p["client_assertion_type"], Peer: r.Peer,
	}
}

// scopes reads what a client asks for, and no more than it may have. A group
// may also be named outside the scope.
func (p params) scopes(c clientauth.Client) (scope.Request, error) {
	r, err := scope.Parse(p["scope"])
	if err == nil {
		r, err = r.For(c.Scopes)
	}
	if err != nil {
		return scope.Request{}, refusal(err)
	}
	if g := p["group"]; g != "" {
		// It is kept as a word of the scope, so it must be one.
		if word, err := scope.Parse("g:" + g); err != nil || word.Group != g || len(word.Words()) != 1 {
			return scope.Request{}, authapi.Refuse(authapi.InvalidScope, "group has a character that groups cannot have.")
		}
		if r.Group != "" && r.Group != g {
			return scope.Request{}, authapi.Refuse(authapi.InvalidScope, "group is not the one in scope.")
		}
		r.Group = g
	}
	return r, nil
}

// refusal says in the protocol's words what scopes, users and grants refuse;
// everything else stays what it is. Why a grant does not stand is not told.
func refusal(err error) error {
	var bad *scope.Error
	switch {
	case errors.As(err, &bad):
		return authapi.Refuse(authapi.InvalidScope, "%s", bad.Text)
	case errors.Is(err, ErrNoUser), errors.Is(err, ErrNoMember), errors.Is(err, ErrRevoked),
		errors.Is(err, ErrReused), errors.Is(err, ErrForged):
		return badGrant()
	default:
		return err
	}
}

func badGrant() *fault.Error {
	return authapi.Refuse(authapi.InvalidGrant, "The grant is not valid, or not any more.")
}

// message is what a client is told of an error.
func message(err error) string { return fault.From(err).Message }

// gone hides which client it was that there is not any more.
func gone(err error) error {
	if errors.Is(err, clientauth.ErrNoClient) {
		return errGone()
	}
	return err
}
