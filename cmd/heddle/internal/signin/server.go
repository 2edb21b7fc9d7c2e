// Package signin is how the command line comes by its tokens: it is an OAuth
// client of its own (RFC 8628, RFC 6749 section 6, RFC 7009), and keeps what
// it got fresh, however many of it run at once. It is separate from the
// commands because a token that is used twice ends the whole sign-in.
package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Server is the authorization server at a URL, without a slash at the end.
type Server struct {
	URL  string
	HTTP *http.Client
}

// Refusal is an error answer (RFC 6749, section 5.2).
type Refusal struct {
	Status int    `json:"-"`
	Code   string `json:"error"`
	Text   string `json:"error_description"`
}

func (r *Refusal) Error() string {
	switch {
	case r.Text != "":
		return r.Text
	case r.Code != "":
		return "the server refuses: " + r.Code
	default:
		return fmt.Sprintf("the server answers %d %s", r.Status, http.StatusText(r.Status))
	}
}

// Is reports whether err is the refusal of that code.
func Is(err error, code string) bool {
	var r *Refusal
	return errors.As(err, &r) && r.Code == code
}

// Missing reports whether the server has no such endpoint.
func Missing(err error) bool {
	var r *Refusal
	return errors.As(err, &r) && (r.Status == http.StatusNotFound || r.Status == http.StatusMethodNotAllowed)
}

// passing reports whether the same may succeed later: no answer, or one that
// says so.
func passing(err error) bool {
	var r *Refusal
	return !errors.As(err, &r) || r.Status >= 500 || r.Status == http.StatusTooManyRequests
}

const deviceGrant = "urn:ietf:params:oauth:grant-type:device_code"

// Start asks for a code that a person enters in a browser.
func (s Server) Start(ctx context.Context, scope string) (d authapi.Device, err error) {
	err = s.post(ctx, "/auth/device", url.Values{"scope": {scope}}, &d)
	return d, err
}

// Refresh gets new tokens. The refresh token is used up by it, whether the
// answer comes or not.
func (s Server) Refresh(ctx context.Context, refresh string) (t authapi.Tokens, err error) {
	err = s.post(ctx, "/auth/token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}}, &t)
	return t, err
}

// Revoke ends a refresh token with all that came of the same sign-in.
func (s Server) Revoke(ctx context.Context, refresh string) error {
	return s.post(ctx, "/auth/revoke", url.Values{"token": {refresh}, "token_type_hint": {"refresh_token"}}, nil)
}

func (s Server) post(ctx context.Context, path string, form url.Values, out any) error {
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	form.Set("client_id", authapi.CommandLine)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := s.HTTP.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		r := &Refusal{}
		_ = json.Unmarshal(body, r) // a body that is none of these leaves the status
		r.Status = resp.StatusCode
		return r
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(body, out)
}
