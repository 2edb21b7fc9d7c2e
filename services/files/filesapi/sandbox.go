package filesapi

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/id"
)

// A sandbox is an archive of files for jobs: tar, as it is or compressed by
// gzip or bzip2. It is kept once for each owner, under a name that follows
// from its content, and does not change. A job names one by an import from
// SandboxURL. One that no living job names is removed some time after its
// last use.
type Sandbox struct {
	Name string    `json:"name" doc:"sha256/ and the SHA-256 of the archive in lower-case hexadecimal"`
	Size int64     `json:"size" doc:"bytes of the archive"`
	Used time.Time `json:"used" doc:"when it was last used"`
}

// SandboxRequest names a sandbox.
type SandboxRequest struct {
	Name string `json:"name"`
	// Job, if given, names it for the caller: the sandbox is that job's owner's,
	// and who may read the files of a job may read the sandboxes that it names.
	// Otherwise it is the caller's own.
	Job id.ID `json:"job,omitempty"`
}

// SandboxService is what the files service does with sandboxes, beside
// moving their bytes.
type SandboxService interface {
	// Sandbox describes a sandbox, and counts as a use of it, so that a job
	// which is submitted next finds it. One that the caller does not have, or
	// the job does not name, is Missing.
	Sandbox(context.Context, SandboxRequest) (Sandbox, error)
}

// Sandboxes, as the storage of a TicketRequest, are the caller's sandboxes.
// They are no storage otherwise.
const Sandboxes = "sandboxes"

// What a ticket of Sandboxes is for. The path is the sandbox's name.
const (
	SandboxRead  = "sandbox.read"  // GET: the archive, with Range; of a job's working directory: one that the job names
	SandboxWrite = "sandbox.write" // PUT: keeps an archive; without a path whatever it is, else it must be that
	SandboxPack  = "sandbox.pack"  // POST: packs the files of a multipart body (see HeaderName); without a path
)

// HeaderName is the header of a part of a SandboxPack that carries the name
// of its file, percent-encoded.
const HeaderName = "Heddle-Name"

var sandboxName = regexp.MustCompile(`^sha256/[0-9a-f]{64}$`)

// IsSandbox reports whether a text can be the name of a sandbox.
func IsSandbox(name string) bool { return sandboxName.MatchString(name) }

// SandboxURL is the URL by which an import names a sandbox.
func SandboxURL(name string) string { return SchemeSandbox + ":" + name }

// SandboxOf returns the name of the sandbox that a URL names.
func SandboxOf(url string) (name string, ok bool) {
	name, ok = strings.CutPrefix(url, SchemeSandbox+":")
	return name, ok && IsSandbox(name)
}
