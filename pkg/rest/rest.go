// Package rest is the endpoint framework: everything HTTP is a table of
// routes, and a route is a typed function with an access rule and a text. It
// is separate from the gateway so that other people's programs can be written
// with it too.
//
// A request meets its checks in one order, whatever the route: does the path
// exist (404), who asks (401), may they (403), is there such a verb (405), is
// the body of a known type (415) and size (413), is the request right (400).
// Paths are matched as they were sent: each segment is decoded once, nothing
// is cleaned, nobody is redirected.
package rest

import (
	"context"
	"io"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Container is a set of routes under one root with one voice: how callers
// are known, how errors look, how large a body may be.
type Container struct {
	Name  string // "native"; in logs and metrics
	Root  string // "/api/v1"; "" is the server's root
	Title string
	Doc   string // introduction, for /docs
	// Authenticate finds out who asks. No credentials is the zero Principal
	// and nil; bad ones are a fault. It may set reply headers. nil: nobody is
	// ever known.
	Authenticate func(w http.ResponseWriter, r *http.Request) (who.Principal, error)
	// Errors writes a fault in the container's form. nil: RFC 9457 problem
	// details. The headers Retry-After and WWW-Authenticate are already set
	// when it is called; Status gives the status.
	Errors func(w http.ResponseWriter, r *http.Request, f *fault.Error)
	// Wrap, if set, goes around every request of the container, errors included.
	Wrap    func(http.Handler) http.Handler
	MaxBody int64 // bytes of a bound body; 0 means 1 MiB. Raw routes see to it themselves.
	// ETags gives every JSON answer to a GET a weak ETag of what it says, and
	// answers 304 to whoever has it; answers with a tag of their own keep it.
	ETags bool
	// ExactQuery refuses parameters of the query that a route does not take, with
	// 400: a condition that is spelled wrong would else be none.
	ExactQuery bool
	Routes     []Route
	Cards      []Card // what listings show; none: see Listing
	// OpenAPI is where under the root, as "/_info/openapi.json", the container
	// itself serves a document about itself in OpenAPI. "": Serve adds one.
	OpenAPI string
	// Handlers are core4's, if the container is made of such.
	Handlers []ListedHandler
	// OnEnter is called by Serve before the first request and OnExit after the
	// last one, with a context that carries the program's values. An error of
	// OnEnter ends the program.
	OnEnter, OnExit func(context.Context) error
	// Find, if set, tells in place of the patterns which of Routes a request
	// under the root is for: its index, or -1 if there is nothing at the path.
	// The patterns are names then, of which two may be the same; they bind
	// nothing. It is for models with rules of their own about what matches.
	Find func(*http.Request) int
}

// Route is one line of the table. Make it with Handle or Raw.
type Route struct {
	// Pattern is "GET /jobs/{id}", relative to the root, in net/http's syntax;
	// "{path...}" takes the rest, and "{path...}/status" all before a last
	// segment, which is then at least one. Without a method it takes every method.
	Pattern string
	Access  who.Rule
	Doc     Doc
	// Methods are those that a route for every method does something with; it
	// answers the others, too, if only to refuse them.
	Methods []string
	// Query names the parameters of the query that a Raw route reads; see
	// Container.ExactQuery. A typed route's are those of its struct.
	Query []string
	// Unasked leaves the caller's credentials alone: a Public route that reads
	// them for itself, as a login does, or has no use for them.
	Unasked bool
	// CrossOrigin lets other sites' pages make browsers send the request: it
	// takes nothing that a browser adds by itself. Whoever checks origins in
	// front of the server asks Server.CrossOrigin.
	CrossOrigin bool
	// Ask, if set, finds out who asks in place of the container's Authenticate,
	// for routes with credentials of their own; known is what the container
	// says. The context that it returns, with the principal in it, is the
	// endpoint's. The path values are there when it is called.
	Ask  func(w http.ResponseWriter, r *http.Request, known Known) (context.Context, error)
	impl routeImpl
}

// Known asks the container's Authenticate.
type Known func() (who.Principal, error)

// Handle makes a route of a typed function. Q is a struct; its fields are
// bound by tag: path:"id", query:"limit", header:"If-Match", form:"x" and
// body:"json" (the whole JSON body) — with default:"…", required:"true" and
// doc:"…". What cannot be bound is one Invalid fault that names every field.
// A is rendered as JSON, or is a Reply, *Reply, Stream, Text, Bytes, Redirect,
// Download or media.Table, which the client's Accept header gives its form.
//
// A field may be a string, bool, number, time.Time (RFC 3339), time.Duration
// (Go's syntax, or seconds), an encoding.TextUnmarshaler, a slice of these
// (repeated, or separated by commas) or a pointer (nil if not given). The
// rest of a path, "{path...}", bound to []string gives its segments.
//
// A field with arg:"name" takes an argument from wherever it comes: the query,
// a form, or a member of a JSON object; the later win. Package arg says which
// types it may have, maps and lists among them.
func Handle[Q, A any](pattern string, access who.Rule, doc Doc, f func(context.Context, Q) (A, error)) Route {
	return Route{Pattern: pattern, Access: access, Doc: doc, impl: typed[Q, A]{f}}
}

// Raw makes a route of a handler that reads and writes for itself; an error
// that it returns before writing is rendered in the container's form, and one
// after that cuts the connection, so that half an answer never looks whole.
func Raw(pattern string, access who.Rule, doc Doc, f func(http.ResponseWriter, *http.Request) error) Route {
	return Route{Pattern: pattern, Access: access, Doc: doc, impl: raw(f)}
}

// Reply is an answer with a status or headers of its own; a nil Body is none.
type Reply struct {
	Status int // 0 means 200, or 204 without a body
	Header http.Header
	Body   any // rendered as JSON, or one of the other answers of Handle
}

// Stream is an answer whose bytes are copied as they come. With a
// Content-Length in Header they are copied in bulk, else each read is flushed
// to the client. Reader is closed when it ends or when the client goes away,
// possibly during a Read.
type Stream struct {
	ContentType string
	Header      http.Header
	Reader      io.ReadCloser
}
