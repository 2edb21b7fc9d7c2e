// Package filesapi is the published language of the files service: storages,
// the files in them, and the tickets by which bytes are moved over HTTP
// straight to and from the service instead of through NATS.
package filesapi

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Home is the id by which each caller names their own home storage. Operators
// name another's as Home, a hyphen and the user id.
const Home = "home"

// The kinds of storage.
const (
	KindHome    = "home"    // one for each user
	KindWorkDir = "workdir" // a job's working directory; its id is jobsapi.WorkDir
)

// Storage is a tree of files.
type Storage struct {
	ID    string `json:"id" doc:"home, or the id of a job's working directory"`
	Kind  string `json:"kind" doc:"home or workdir"`
	Owner string `json:"owner" doc:"user id of the owner"`
	Job   string `json:"job,omitempty" doc:"the job whose working directory it is"`
	// Free and Total are bytes of the file system below; -1 if unknown.
	Free  int64 `json:"free" doc:"free bytes of the file system"`
	Total int64 `json:"total" doc:"size of the file system in bytes"`
}

// File describes a file or a directory.
type File struct {
	Path     string    `json:"path" doc:"path from the storage's root, beginning with a slash"`
	Name     string    `json:"name" doc:"last element of the path"`
	Dir      bool      `json:"dir,omitempty" doc:"a directory"`
	Size     int64     `json:"size" doc:"bytes; 0 for directories"`
	Mode     uint32    `json:"mode" doc:"permission bits"`
	Modified time.Time `json:"modified" doc:"when the content last changed"`
	Link     bool      `json:"link,omitempty" doc:"a symbolic link"`
}

// Path names a file of a storage. The path is relative to the storage's root;
// leading, doubled and trailing slashes and "." do not matter; "..", NUL and
// invalid UTF-8 are refused with Denied or Invalid.
type Path struct {
	Storage string `json:"storage"`
	Path    string `json:"path"`
}

// StorageRequest names a storage.
type StorageRequest struct {
	ID string `json:"id"`
}

// StoragesRequest asks for the caller's storages: the home first, and with
// WorkDirs the working directories of their jobs, newest first.
type StoragesRequest struct {
	WorkDirs bool `json:"workdirs,omitempty"`
	Limit    int  `json:"limit,omitempty"` // default 50, at most 1000
	Offset   int  `json:"offset,omitempty"`
}

// Storages is one page; Total counts all.
type Storages struct {
	Storages []Storage `json:"storages"`
	Total    int       `json:"total"`
}

// ListRequest asks for a page of a directory, by name.
type ListRequest struct {
	Path
	Limit int    `json:"limit,omitempty"` // default 1000, at most 10000
	After string `json:"after,omitempty"` // the last name of the page before
}

// Listing is a directory and one page of what is in it. Next is the After of
// the following page, or empty at the end; a page may be shorter than asked
// for and still have a next one.
type Listing struct {
	Dir     File   `json:"dir"`
	Entries []File `json:"entries"`
	Next    string `json:"next,omitempty"`
}

// What a ticket is for.
const (
	Read    = "read"    // GET: the file, with Range
	Write   = "write"   // PUT: replaces or creates the file; parents are made
	Archive = "archive" // GET: the files that match Patterns, as tar.gz

	// POST: a Carry of Path as JSON, in or out; the answer is lines of CarryLine.
	CarryIn  = "carry-in"
	CarryOut = "carry-out"
)

// TicketRequest asks for leave to move bytes.
type TicketRequest struct {
	Path
	For string `json:"for"`
	// Patterns for Archive are paths below Path whose elements are names or
	// globs (path.Match); only regular files are taken, and none matching is
	// an empty archive.
	Patterns []string `json:"patterns,omitempty"`
	// As, for carrying, is the user id on whose behalf it is. A component must
	// say it, and only a component may say another's than its own.
	As string `json:"as,omitempty"`
}

// Ticket is leave to make one kind of HTTP request for a short time: with
// the method of its kind, at URL, with the header Authorization: Bearer Token.
type Ticket struct {
	URL     string    `json:"url"`
	Token   string    `json:"token"`
	Expires time.Time `json:"expires"`
}

// WriteRequest writes a small file at once (at most MaxInline bytes).
type WriteRequest struct {
	Path
	Data []byte `json:"data"`
	// Permissions are r-x or r-xr--r--; empty: as the file had them, or 0600.
	Permissions string `json:"permissions,omitempty"`
	// Mode says what to do with a file that is there already: one of the Carry
	// modes; empty: CarryOverwrite.
	Mode string `json:"mode,omitempty"`
}

// MaxInline bounds a WriteRequest's data.
const MaxInline = 512 << 10

// Empty is a request or an answer without content.
type Empty struct{}

// Service is what the files service does. Errors are faults: Invalid,
// Missing, Denied, Conflict (a directory where a file is wanted, or the other
// way round), Exhausted (no space), Unavailable.
type Service interface {
	Storages(context.Context, StoragesRequest) (Storages, error)
	Storage(context.Context, StorageRequest) (Storage, error)
	Stat(context.Context, Path) (File, error)
	List(context.Context, ListRequest) (Listing, error)
	// MakeDir makes a directory and its parents; an existing one is fine.
	MakeDir(context.Context, Path) (File, error)
	// Remove removes a file, or a directory with all that is in it.
	Remove(context.Context, Path) (Empty, error)
	Write(context.Context, WriteRequest) (File, error)
	Ticket(context.Context, TicketRequest) (Ticket, error)
	SandboxService
}

// The subjects of the service.
const (
	qryStorages = "qry.files.storage.list"
	qryStorage  = "qry.files.storage.get"
	qryStat     = "qry.files.file.stat"
	qryList     = "qry.files.file.list"
	cmdMakeDir  = "cmd.files.file.makedir"
	cmdRemove   = "cmd.files.file.remove"
	cmdWrite    = "cmd.files.file.write"
	cmdTicket   = "cmd.files.file.ticket"
	qrySandbox  = "qry.files.sandbox.get"
)

// Endpoints is the service's doorway: each subject with its access rule.
func Endpoints(s Service) []natsrpc.Endpoint {
	return []natsrpc.Endpoint{
		natsrpc.Handle(qryStorages, who.Authenticated, s.Storages),
		natsrpc.Handle(qryStorage, who.Authenticated, s.Storage),
		natsrpc.Handle(qryStat, who.Authenticated, s.Stat),
		natsrpc.Handle(qryList, who.Authenticated, s.List),
		natsrpc.Handle(cmdMakeDir, who.Authenticated, s.MakeDir),
		natsrpc.Handle(cmdRemove, who.Authenticated, s.Remove),
		natsrpc.Handle(cmdWrite, who.Authenticated, s.Write),
		natsrpc.Handle(cmdTicket, who.Authenticated, s.Ticket),
		natsrpc.Handle(qrySandbox, who.Authenticated, s.Sandbox),
	}
}

// Client is the service over NATS.
type Client struct {
	storages func(context.Context, StoragesRequest) (Storages, error)
	storage  func(context.Context, StorageRequest) (Storage, error)
	stat     func(context.Context, Path) (File, error)
	list     func(context.Context, ListRequest) (Listing, error)
	makeDir  func(context.Context, Path) (File, error)
	remove   func(context.Context, Path) (Empty, error)
	write    func(context.Context, WriteRequest) (File, error)
	ticket   func(context.Context, TicketRequest) (Ticket, error)
	sandbox  func(context.Context, SandboxRequest) (Sandbox, error)
}

var _ Service = (*Client)(nil)

// NewClient returns the service as it is reached over nc.
func NewClient(nc *nats.Conn) *Client {
	c := natsrpc.NewClient(nc)
	return &Client{
		storages: natsrpc.Call[StoragesRequest, Storages](c, qryStorages),
		storage:  natsrpc.Call[StorageRequest, Storage](c, qryStorage),
		stat:     natsrpc.Call[Path, File](c, qryStat),
		list:     natsrpc.Call[ListRequest, Listing](c, qryList),
		makeDir:  natsrpc.Call[Path, File](c, cmdMakeDir),
		remove:   natsrpc.Call[Path, Empty](c, cmdRemove),
		write:    natsrpc.Call[WriteRequest, File](c, cmdWrite),
		ticket:   natsrpc.Call[TicketRequest, Ticket](c, cmdTicket),
		sandbox:  natsrpc.Call[SandboxRequest, Sandbox](c, qrySandbox),
	}
}

func (c *Client) Storages(ctx context.Context, r StoragesRequest) (Storages, error) {
	return c.storages(ctx, r)
}
func (c *Client) Storage(ctx context.Context, r StorageRequest) (Storage, error) {
	return c.storage(ctx, r)
}
func (c *Client) Stat(ctx context.Context, r Path) (File, error)           { return c.stat(ctx, r) }
func (c *Client) List(ctx context.Context, r ListRequest) (Listing, error) { return c.list(ctx, r) }
func (c *Client) MakeDir(ctx context.Context, r Path) (File, error)        { return c.makeDir(ctx, r) }
func (c *Client) Remove(ctx context.Context, r Path) (Empty, error)        { return c.remove(ctx, r) }
func (c *Client) Write(ctx context.Context, r WriteRequest) (File, error)  { return c.write(ctx, r) }
func (c *Client) Ticket(ctx context.Context, r TicketRequest) (Ticket, error) {
	return c.ticket(ctx, r)
}
func (c *Client) Sandbox(ctx context.Context, r SandboxRequest) (Sandbox, error) {
	return c.sandbox(ctx, r)
}
