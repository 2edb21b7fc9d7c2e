package app

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"strconv"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/pkg/who/perm"
)

// Call is one request on its way through a handler.
type Call struct {
	ID      string // the envelope's _id, and that of every log line
	Started time.Time
	Client  string     // of a tenant's handler
	Perms   perm.Set   // the caller's; empty on a public handler
	Args    arg.Values // none before Read; read before a handler's method runs

	server   *server
	mapper   *mapper   // of the container; nil if the request came to none
	resource *Resource // nil if there is nothing at the path
	found
	w      http.ResponseWriter
	r      *http.Request
	root   string // of the container
	read   bool   // Args were read, or it was tried
	bad    error  // why Args could not be read
	wrote  bool   // the handler has answered for itself
	status int    // what the handler set, 0 for nothing
	flash  []flash
	out    output
	trace  string // where the error came from, in debug mode
	after  []func(context.Context)

	lasting context.Context // the request's own, where r's may be another
}

// Context is the request's.
func (c *Call) Context() context.Context { return c.r.Context() }

// Lasting is the context of an answer that goes on while the client listens.
// Unlike Context it ends with the client and with the credential whatever the
// method is, and there is no bound to its time.
func (c *Call) Lasting() context.Context {
	if c.lasting != nil {
		return c.lasting
	}
	return c.r.Context()
}

// Request is the request itself. Its body may have been read.
func (c *Call) Request() *http.Request { return c.r }

// User is who asks; nobody on a public handler.
func (c *Call) User() who.Principal { return who.From(c.r.Context()) }

// Resource is the handler at its rule; nil if there is nothing at the path.
func (c *Call) Resource() *Resource { return c.resource }

// Resources are all of the container, in the order in which they are tried.
func (c *Call) Resources() []*Resource {
	if c.mapper == nil {
		return nil
	}
	return c.mapper.resources
}

// Root is the path of the container.
func (c *Call) Root() string { return c.root }

// Group is what the pattern's group of a name took from the path; groups
// without a name count from "0". It is empty if the group took no part.
func (c *Call) Group(name string) string {
	for i, g := range c.groups {
		if g.name == name || g.name == "" && name == strconv.Itoa(i) {
			return g.text
		}
	}
	return ""
}

type callKey struct{}

// call is what begin made of the request. One that was refused before it came
// to a container has none yet.
func (s *server) call(w http.ResponseWriter, r *http.Request) *Call {
	if c, ok := r.Context().Value(callKey{}).(*Call); ok {
		return c
	}
	return s.newCall(w, r)
}

func (s *server) newCall(w http.ResponseWriter, r *http.Request) *Call {
	now := s.Now()
	c := &Call{ID: Identifier(now), Started: now, server: s, w: w, r: r, found: found{at: -1}}
	h := w.Header()
	h.Set("X-Request-ID", c.ID)
	h.Set("Cache-Control", "no-store")
	s.share(h)
	return c
}

func (s *server) share(h http.Header) {
	h.Set("Access-Control-Allow-Origin", s.AllowOrigin)
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS")
	h.Set("Access-Control-Allow-Headers", "access-control-allow-origin,authorization,content-type")
	h.Set("Access-Control-Expose-Headers", "Token")
}

// Identifier is a new one, 24 hexadecimal digits in the form of MongoDB's: the
// time and chance.
func Identifier(at time.Time) string {
	var b [12]byte
	rand.Read(b[:])
	s := uint32(at.Unix())
	b[0], b[1], b[2], b[3] = byte(s>>24), byte(s>>16), byte(s>>8), byte(s)
	return hex.EncodeToString(b[:])
}
