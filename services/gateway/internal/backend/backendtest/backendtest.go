package backendtest

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/backend"
)

// New returns a backend over the services.
func New(jobs *Jobs, files *Files) backend.Backend {
	return backend.Backend{Jobs: jobs, Files: files, Bytes: moves{files}}
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

// Authenticate knows demouser, alice and the operator admin.
func Authenticate(_ http.ResponseWriter, r *http.Request) (who.Principal, error) {
	header := r.Header.Get("Authorization")
	if header == "" {
		return who.Principal{}, nil
	}
	name, password, ok := r.BasicAuth()
	method := "password"
	if !ok {
		name, method = strings.TrimPrefix(header, "Bearer token-of-"), "token"
		password = name
	}
	p, known := users[name]
	if !known || name != password {
		return who.Principal{}, fault.New(fault.Unauthenticated, "access.credentials", "The credentials are wrong.")
	}
	p.Method = method
	return p, nil
}
