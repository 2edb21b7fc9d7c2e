package oauth

import (
	"context"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/clientauth"
	"github.com/heddle-dev/heddle/services/auth/internal/flow"
)

// Authorize checks a request and keeps it. Before the redirect is known to be
// the client's, what is wrong is an error, for a page; from then on the client
// is told, through Pending.Refused.
func (s *Server) Authorize(ctx context.Context, r authapi.AuthorizeRequest) (authapi.Pending, error) {
	lastWins := ""
	if r.Form == authapi.FormDIRAC {
		lastWins = "response_type"
	}
	p, err := read(r.Params, lastWins)
	if err != nil {
		return authapi.Pending{}, err
	}
	c, redirect, err := s.receiver(ctx, r.Form, p)
	if err != nil {
		return authapi.Pending{}, err
	}
	req, err := s.checked(r.Form, c, p)
	if err != nil {
		answer := url.Values{"error": {authapi.ErrorCode(err)}, "error_description": {message(err)}}
		return authapi.Pending{Form: r.Form, Client: card(c), Refused: s.answerAt(redirect, p["state"], answer).URL}, nil
	}
	req.Redirect, req.Sent = redirect, p["redirect_uri"] != ""
	id := secret()
	if err := add(ctx, s.Store, flow.Request, id, req, requestLifetime); err != nil {
		return authapi.Pending{}, err
	}
	return s.pending(ctx, id, req, c)
}

// receiver is who is answered, and where. DIRAC's clients are told on a page
// about a response type that does not exist, and its setup.
func (s *Server) receiver(ctx context.Context, f authapi.Form, p params) (clientauth.Client, string, error) {
	id, err := p.need("client_id")
	if err != nil {
		return clientauth.Client{}, "", err
	}
	c, err := s.Clients.Client(ctx, id)
	if errors.Is(err, clientauth.ErrNoClient) {
		return c, "", authapi.Refuse(authapi.InvalidRequest, "client_id is not known.")
	}
	if err != nil {
		return c, "", err
	}
	redirect, err := redirectOf(c, p["redirect_uri"])
	if err == nil && f == authapi.FormDIRAC {
		err = s.diracPage(p)
	}
	return c, redirect, err
}

func (s *Server) diracPage(p params) error {
	switch t := p["response_type"]; {
	case t == "token" || t == "password":
		return authapi.Refuse(authapi.UnsupportedResponseType, "response_type %s is not implemented.", t).WithStatus(501)
	case t != "code":
		return authapi.Refuse(authapi.UnsupportedResponseType, "response_type must be code.")
	default:
		return s.knownSetup(p["setup"])
	}
}

func (s *Server) knownSetup(setup string) error {
	if setup != "" && !slices.Contains(s.Setups, setup) {
		return authapi.Refuse(authapi.InvalidRequest, "setup is not known.")
	}
	return nil
}

// checked is the request as far as the client answers for it.
func (s *Server) checked(f authapi.Form, c clientauth.Client, p params) (request, error) {
	switch {
	case p["request"] != "":
		return request{}, authapi.Refuse(authapi.RequestNotSupported, "request objects are not supported.")
	case p["request_uri"] != "":
		return request{}, authapi.Refuse(authapi.RequestURINotSupported, "request_uri is not supported.")
	case p["response_type"] == "":
		return request{}, authapi.Refuse(authapi.InvalidRequest, "response_type is missing.")
	case p["response_type"] != "code":
		return request{}, authapi.Refuse(authapi.UnsupportedResponseType, "response_type must be code.")
	case p["response_mode"] != "" && p["response_mode"] != "query":
		return request{}, authapi.Refuse(authapi.InvalidRequest, "response_mode must be query.")
	case !slices.Contains(c.Grants, codeGrant):
		return request{}, authapi.Refuse(authapi.UnauthorizedClient, "The client may not use authorization_code.")
	}
	asked, err := p.scopes(c)
	if err != nil {
		return request{}, err
	}
	if err := challenge(c, p); err != nil {
		return request{}, err
	}
	req := request{
		Form: f, Client: c.ID, Scope: asked.String(), State: p["state"], Nonce: p["nonce"],
		Challenge: p["code_challenge"], Setup: p["setup"], LoginHint: p["login_hint"], Made: s.Now(),
	}
	if err := s.knownSetup(req.Setup); err != nil {
		return request{}, err
	}
	return req, req.interaction(p)
}

var s256 = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// challenge is PKCE's (RFC 7636). An absent method would mean plain, which is
// no protection against whoever sees the request.
func challenge(c clientauth.Client, p params) error {
	text, method := p["code_challenge"], p["code_challenge_method"]
	switch {
	case text == "" && method != "":
		return authapi.Refuse(authapi.InvalidRequest, "code_challenge is missing.")
	case text == "" && c.Public():
		return authapi.Refuse(authapi.InvalidRequest, "code_challenge is missing; public clients need it.")
	case text == "":
		return nil
	case method != "S256":
		return authapi.Refuse(authapi.InvalidRequest, "code_challenge_method must be S256.")
	case !s256.MatchString(text):
		return authapi.Refuse(authapi.InvalidRequest, "code_challenge must be a SHA-256 in base64url, 43 characters.")
	default:
		return nil
	}
}

// interaction reads how the person is to be asked.
func (r *request) interaction(p params) error {
	r.Prompt = strings.Fields(p["prompt"])
	for _, word := range r.Prompt {
		if !slices.Contains([]string{"none", "login", "consent", "select_account"}, word) {
			return authapi.Refuse(authapi.InvalidRequest, "prompt must be none, login, consent or select_account.")
		}
	}
	if slices.Contains(r.Prompt, "none") && len(r.Prompt) > 1 {
		return authapi.Refuse(authapi.InvalidRequest, "prompt none stands alone.")
	}
	if age := p["max_age"]; age != "" {
		seconds, err := strconv.ParseUint(age, 10, 31)
		if err != nil {
			return authapi.Refuse(authapi.InvalidRequest, "max_age must be a number of seconds.")
		}
		n := int64(seconds)
		r.MaxAge = &n
	}
	return nil
}
