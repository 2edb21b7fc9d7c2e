package oauth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

// request is an authorization request that was found good, and waits.
type request struct {
	Form      authapi.Form `json:"form"`
	Client    string       `json:"client"`
	Redirect  string       `json:"redirect"`
	Sent      bool         `json:"sent"` // the client named the redirect
	Scope     string       `json:"scope"`
	State     string       `json:"state,omitempty"`
	Nonce     string       `json:"nonce,omitempty"`
	Challenge string       `json:"challenge,omitempty"`
	Setup     string       `json:"setup,omitempty"`
	Prompt    []string     `json:"prompt,omitempty"`
	MaxAge    *int64       `json:"max_age,omitempty"`
	LoginHint string       `json:"login_hint,omitempty"`
	Made      time.Time    `json:"made"`
}

// asked is what the request asks for; it was parsed before it was kept.
func (r request) asked() scope.Request {
	asked, _ := scope.Parse(r.Scope)
	return asked
}

// coded is what a code stands for.
type coded struct {
	request
	Grant Begun `json:"grant"`
}

// family is what outlives a code, to notice its replay.
type family struct {
	User  string `json:"user"`
	Grant string `json:"grant"`
}

// secret is a name that nobody guesses: 256 bits.
func secret() string {
	var b [32]byte
	rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// grantID is a token of subjects: lower-case letters and digits, 128 bits.
func grantID() string { return strings.ToLower(rand.Text()) }

// errGone is for people: what they decide on is not there any more.
func errGone() error {
	return authapi.Refuse(authapi.InvalidRequest, "This sign-in has expired; start again at the application.")
}

func add(ctx context.Context, s flow.Store, kind flow.Kind, name string, v any, ttl time.Duration) error {
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return s.Add(ctx, kind, name, data, ttl)
}

// load reads what get, a verb of the store, finds; found is false if there is
// nothing.
func load[T any](ctx context.Context, get func(context.Context, flow.Kind, string) ([]byte, error), kind flow.Kind, name string) (v T, found bool, err error) {
	data, err := get(ctx, kind, name)
	switch {
	case errors.Is(err, flow.ErrNone):
		return v, false, nil
	case err != nil:
		return v, false, err
	}
	return v, true, json.Unmarshal(data, &v)
}
