// Package backend is all that a dialect sees of Heddle: the services, and the
// way to move bytes. It is separate so that no dialect imports NATS, Redis or
// another dialect.
package backend

import (
	"io"
	"net/http"

	"context"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Backend is the services as the gateway reaches them.
type Backend struct {
	Auth  authapi.Service
	Jobs  jobsapi.Service
	Files filesapi.Service
	Bytes Bytes

	// The rest of the auth service, by what it is about.
	Credentials authapi.Credentials
	OAuth       authapi.OAuth
	Standing    authapi.Standing
	Federation  authapi.Federation
	Core4       authapi.Core4
	APIKeys     authapi.APIKeys
	Grants      authapi.Grants
	Audit       authapi.Audit
	Profiles    authapi.Profiles
	Admin       authapi.Admin
	Accounts    authapi.Accounts
}

// Bytes moves file contents between a client's request and the files service,
// with flat memory.
type Bytes interface {
	// Get answers w with the file: whole, by Range, or by condition (RFC 9110,
	// sections 13 and 14). Headers set on w before the call win over those of
	// the file. A fault is returned only if nothing was written yet.
	Get(w http.ResponseWriter, r *http.Request, p filesapi.Path) error
	// Archive answers w with the files that match, as tar.gz.
	Archive(w http.ResponseWriter, r *http.Request, p filesapi.Path, patterns []string) error
	// Put stores body as the file, replacing it whole or not at all.
	Put(ctx context.Context, p filesapi.Path, body io.Reader) (filesapi.File, error)

	// Pack makes a sandbox of files: next returns one after the other, and
	// io.EOF at the end (see filesapi.Mover).
	Pack(ctx context.Context, next func() (name string, content io.Reader, err error)) (filesapi.Sandbox, error)
	// GetSandbox answers w with a sandbox, as Get does with a file.
	GetSandbox(w http.ResponseWriter, r *http.Request, box filesapi.SandboxRequest) error
}
