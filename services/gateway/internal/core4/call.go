package core4

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/services/auth/authapi/perm"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// Call is one request on its way through a handler.
type Call struct {
	ID     string   // the envelope's _id, and that of every log line
	Client string   // of a tenant's handler
	Perms  perm.Set // the caller's; empty on a public handler

	door    *door
	handler *Handler
	w       http.ResponseWriter
	r       *http.Request
	root    string // of the container
	groups  []group
	args    arguments
	bad     error // why args could not be read; nil with nil args: not tried yet
	proven  edge.Proven
	asked   bool // credentials were demanded
	wrote   bool // the handler has answered for itself
}

func (c *Call) ctx() context.Context { return c.r.Context() }

// Group is what the pattern's group of a name took from the path; groups
// without a name count from "0".
func (c *Call) Group(name string) string {
	for i, g := range c.groups {
		if g.name == name || g.name == "" && name == string(rune('0'+i)) {
			return g.text
		}
	}
	return ""
}

type callKey struct{}

// call is what begin made of the request. One that was refused before it came
// to a container has none yet.
func (d *door) call(w http.ResponseWriter, r *http.Request) *Call {
	if c, ok := r.Context().Value(callKey{}).(*Call); ok {
		return c
	}
	return d.newCall(w, "")
}

func (d *door) newCall(w http.ResponseWriter, root string) *Call {
	c := &Call{ID: identifier(d.Now()), door: d, w: w, root: root}
	h := w.Header()
	h.Set("X-Request-ID", c.ID)
	h.Set("Cache-Control", "no-store")
	d.share(h)
	return c
}

// begin goes around every request of a container: it gives it its identifier
// and lets pages of every origin read the answer. No origin's cookies go with
// that, since the answer does not allow credentials.
func (d *door) begin(root string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := d.newCall(w, root)
			ctx := logx.WithRequest(context.WithValue(r.Context(), callKey{}, c), c.ID)
			next.ServeHTTP(w, r.WithContext(ctx))
		})
	}
}

func (d *door) share(h http.Header) {
	h.Set("Access-Control-Allow-Origin", d.AllowOrigin)
	h.Set("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS")
	h.Set("Access-Control-Allow-Headers", "access-control-allow-origin,authorization,content-type")
	h.Set("Access-Control-Expose-Headers", "Token")
}

// identifier is a new one, in the form of MongoDB's: the time and chance.
func identifier(at time.Time) string {
	var b [12]byte
	rand.Read(b[:])
	s := uint32(at.Unix())
	b[0], b[1], b[2], b[3] = byte(s>>24), byte(s>>16), byte(s>>8), byte(s)
	return hex.EncodeToString(b[:])
}

func unescape(s string) (string, error) { return url.PathUnescape(s) }
