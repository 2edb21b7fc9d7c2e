package backendtest

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// New returns a backend over the services.
func New(jobs *Jobs, files *Files) backend.Backend {
	return backend.Backend{Jobs: jobs, Files: files, Bytes: moves{files}, Profiles: profiles{}}
}

// profiles knows that everybody has a Unix login beside their own name.
type profiles struct{ authapi.Profiles }

func (profiles) Me(ctx context.Context, _ authapi.Empty) (authapi.Account, error) {
	name := who.From(ctx).Name
	return authapi.Account{Logins: []string{name, name + "1"}}, nil
}

// moves is the Bytes of a backend over Files.
type moves struct{ *Files }

func (m moves) Put(ctx context.Context, p filesapi.Path, body io.Reader) (filesapi.File, error) {
	return m.putBytes(ctx, p, body)
}

// Archive answers with the names of what it would pack.
func (m moves) Archive(w http.ResponseWriter, _ *http.Request, p filesapi.Path, patterns []string) error {
	_, err := io.WriteString(w, "archive of "+p.Storage+p.Path+": "+strings.Join(patterns, " ")+"\n")
	return err
}

// Users who may come in: by Basic credentials name:name, or by the bearer
// token "token-of-" and the name.
var users = map[string]who.Principal{
	"demouser": {ID: "u1", Name: "demouser", Group: "users", Groups: []string{"users", "physics"}},
	"alice":    {ID: "u2", Name: "alice", Group: "users", Groups: []string{"users"}},
	"admin":    {ID: "u3", Name: "admin", Group: "users", Groups: []string{"users"}, Roles: []string{who.RoleOperator}},
}

// Prover knows demouser, alice and the operator admin.
func Prover() edge.Prover {
	return edge.NewProver(edge.Proofs{Tokens: known{}, Credentials: known{}, Standing: known{}, Now: time.Now})
}

// known is an auth service that knows the users.
type known struct{ authapi.Credentials }

func (known) who(name, method string) (authapi.Resolved, error) {
	p, ok := users[name]
	if !ok {
		return authapi.Resolved{}, fault.New(fault.Unauthenticated, "access.credentials", "The credentials are wrong.")
	}
	p.Method = method
	return authapi.Resolved{Principal: p, Facts: who.Facts{User: p.ID}}, nil
}

func (k known) Password(_ context.Context, q authapi.PasswordProof) (authapi.Resolved, error) {
	if q.Name != q.Password {
		return k.who("", "")
	}
	return k.who(q.Name, who.MethodPassword)
}

func (k known) Token(context.Context, authapi.TokenProof) (authapi.Resolved, error) {
	return k.who("", "")
}

func (k known) Verify(_ context.Context, token string) (who.Principal, who.Facts, error) {
	name, _ := strings.CutPrefix(token, "token-of-")
	r, err := k.who(name, who.MethodToken)
	return r.Principal, r.Facts, err
}

func (known) Check(who.Facts) error { return nil }
func (known) Fresh(who.Facts) bool  { return true }
