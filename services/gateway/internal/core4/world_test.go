package core4_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// world is a small auth service behind the door: users with passwords and
// permissions, and the tokens that it gave.
type world struct {
	t      *testing.T
	server http.Handler
	now    time.Time
	users  map[string]*account
	roles  map[string]*authapi.Role
	tokens map[string]issued // tokens, and cookies as "sealed TOKEN"
	resets []string          // addresses that a link was asked for
	logins []string          // names that signed in
	down   error
}

type account struct {
	authapi.Account
	password string
	perms    []string // all that follow
}

type issued struct {
	user   string
	issued time.Time
	kind   authapi.Kind
}

func newWorld(t *testing.T, change ...func(*core4.Deps)) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 21, 12, 0, 0, 123456000, time.UTC),
		users: map[string]*account{}, roles: map[string]*authapi.Role{}, tokens: map[string]issued{}}
	w.add("admin", "hans", "cop").Roles = []string{who.RoleOperator}
	w.add("nobody", "none")
	urls, now := func(r *http.Request) string { return "http://" + r.Host }, func() time.Time { return w.now }
	deps := core4.Deps{
		Tokens:  core4.Tokens{Core4: w, URLs: urls, Now: now, Log: logx.Discard()},
		Backend: backend.Backend{Credentials: w, Core4: w, Profiles: w, Admin: admin{world: w}, Auth: registrar{world: w}, Accounts: keeper{world: w}},
		Prover:  w, Cross: http.NewCrossOriginProtection(), Peer: edge.Peer, URLs: urls,
		Version: "1.2.3", Now: now, Log: logx.Discard(), Demo: true,
	}
	for _, f := range change {
		f(&deps)
	}
	containers, err := core4.Containers(deps)
	if err != nil {
		t.Fatal(err)
	}
	server, err := rest.NewServer(logx.Discard(), containers...)
	if err != nil {
		t.Fatal(err)
	}
	w.server = http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		server.ServeHTTP(out, r.WithContext(edge.With(r.Context(), edge.Proven{})))
	})
	return w
}

func (w *world) add(name, password string, perms ...string) *account {
	a := &account{password: password, perms: perms}
	a.ID, a.Name, a.Since, a.Version = id.FromKey("user", "", name).String(), name, w.now, 1
	a.Permissions, a.PermissionsTotal = perms, perms
	w.users[name] = a
	return a
}

func (w *world) resolved(a *account, method string) (authapi.Resolved, error) {
	if a.Disabled {
		return authapi.Resolved{}, wrong()
	}
	return authapi.Resolved{
		Principal:   who.Principal{ID: a.ID, Name: a.Name, Roles: a.Roles, Method: method},
		Facts:       who.Facts{User: a.ID, Position: 7},
		Permissions: a.perms,
	}, w.down
}

func wrong() error { return fault.New(fault.Unauthenticated, "auth.wrong", "wrong") }

func (w *world) Password(_ context.Context, r authapi.PasswordProof) (authapi.Resolved, error) {
	a := w.users[strings.ToLower(r.Name)]
	if a == nil || a.password != r.Password {
		return authapi.Resolved{}, wrong()
	}
	if r.Login {
		w.logins, a.LastLogin, a.Updated = append(w.logins, a.Name), w.now, w.now
		a.Version++
	}
	return w.resolved(a, who.MethodPassword)
}

func (w *world) Certificate(context.Context, authapi.CertificateProof) (authapi.Resolved, error) {
	return authapi.Resolved{}, wrong()
}

func (w *world) Token(_ context.Context, r authapi.TokenProof) (authapi.Resolved, error) {
	made, ok := w.tokens[r.Value]
	if !ok || !slices.Contains(r.Accept, made.kind) {
		return authapi.Resolved{}, wrong()
	}
	method := who.MethodSession
	if made.kind == authapi.KindAPIKey {
		method = who.MethodAPIKey
	}
	out, err := w.resolved(w.users[made.user], method)
	out.Issued, out.Facts.Expires = made.issued, made.issued.Add(8*time.Hour)
	if made.kind != authapi.KindAPIKey && !w.now.Before(out.Facts.Expires) {
		return authapi.Resolved{}, wrong()
	}
	return out, err
}

func (w *world) IssueCore4(ctx context.Context, r authapi.Core4Request) (authapi.Core4Token, error) {
	if err := who.Service.Check(who.From(ctx)); err != nil {
		return authapi.Core4Token{}, err
	}
	for _, a := range w.users {
		if a.ID == r.User && r.Position == 7 {
			token := w.token(a.Name)
			return authapi.Core4Token{Token: token, Cookie: "sealed|" + token, Issued: w.now, Expires: w.now.Add(8 * time.Hour)}, nil
		}
	}
	return authapi.Core4Token{}, fault.New(fault.Missing, "user.unknown", "none")
}

// token makes a token of a user.
func (w *world) token(user string) string {
	token := fmt.Sprintf("%s.%d", user, len(w.tokens))
	w.tokens[token] = issued{user, w.now, authapi.KindCore4JWT}
	w.tokens["sealed|"+token] = issued{user, w.now, authapi.KindCore4Seal}
	return token
}

func (w *world) RequestReset(_ context.Context, r authapi.EmailRequest) (authapi.Empty, error) {
	w.resets = append(w.resets, r.Email)
	return authapi.Empty{}, w.down
}

func (w *world) Reset(_ context.Context, r authapi.ResetRequest) (authapi.Empty, error) {
	name, ok := strings.CutPrefix(r.Token, "reset-")
	if !ok || w.users[name] == nil {
		return authapi.Empty{}, wrong()
	}
	w.users[name].password = r.Password
	return authapi.Empty{}, nil
}

// Prove is the edge's, as far as core4 has a use for it.
func (w *world) Prove(door edge.Door, r *http.Request) (edge.Proven, error) {
	var got authapi.Resolved
	var err error
	name, password, basic := r.BasicAuth()
	value := strings.TrimPrefix(strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), "bearer ")
	switch {
	case value == "" && r.Header.Get(door.Header) == "":
		return edge.Proven{}, nil
	case basic:
		got, err = w.Password(r.Context(), authapi.PasswordProof{Name: name, Password: password})
	case strings.HasPrefix(value, "at."): // an access token of ours
		a := w.users[strings.TrimPrefix(value, "at.")]
		return edge.Proven{Principal: who.Principal{ID: a.ID, Name: a.Name, Method: who.MethodToken, Scopes: []string{"api"}}}, nil
	default:
		if value == "" {
			value = r.Header.Get(door.Header)
		}
		got, err = w.Token(r.Context(), authapi.TokenProof{Value: value, Accept: door.Accept})
	}
	return edge.Proven{Principal: got.Principal, Facts: got.Facts, Resolved: &got}, err
}

func (w *world) Me(ctx context.Context, _ authapi.Empty) (authapi.Account, error) {
	return w.users[who.From(ctx).Name].Account, nil
}

func (w *world) ChangeMe(ctx context.Context, r authapi.ProfileChange) (authapi.Account, error) {
	a := w.users[who.From(ctx).Name]
	for _, f := range []struct {
		to   *string
		from *string
	}{{&a.RealName, r.RealName}, {&a.Email, r.Email}, {&a.password, r.Password}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	a.Version++
	return a.Account, nil
}

func (w *world) SignOut(context.Context, authapi.Empty) (authapi.Empty, error) {
	return authapi.Empty{}, nil
}

// answer is an answer that was read.
type answer struct {
	*httptest.ResponseRecorder
	ID        string `json:"_id"`
	Code      int    `json:"code"`
	Message   string `json:"message"`
	Timestamp string `json:"timestamp"`
	Data      any    `json:"data"`
	Error     string `json:"error"`
}

// send makes a request; headers are "Name: value".
func (w *world) send(method, target, body string, headers ...string) answer {
	w.t.Helper()
	r := httptest.NewRequest(method, target, strings.NewReader(body)).WithContext(w.t.Context())
	r.Host = "heddle.example"
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
	}
	a := answer{ResponseRecorder: httptest.NewRecorder()}
	w.server.ServeHTTP(a, r)
	if strings.HasPrefix(a.Header().Get("Content-Type"), "application/json") && method != http.MethodHead {
		if err := json.Unmarshal(a.Body.Bytes(), &a); err != nil {
			w.t.Fatalf("%s %s: %v in %s", method, target, err, a.Body)
		}
		if a.Code != a.ResponseRecorder.Code {
			w.t.Errorf("%s %s: the envelope of a %d says %d", method, target, a.ResponseRecorder.Code, a.Code)
		}
	}
	a.Code = a.ResponseRecorder.Code
	return a
}

func (a answer) token() string {
	data, _ := a.Data.(map[string]any)
	token, _ := data["token"].(string)
	return token
}

func (a answer) cookie() *http.Cookie {
	for _, c := range a.Result().Cookies() {
		if c.Name == "token" {
			return c
		}
	}
	return nil
}
