package app

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/logx"
)

// begin goes around every request of a container: it finds what the request is
// for, gives it its identifier, and lets pages of every origin read the
// answer. No origin's cookies go with that, since the answer does not allow
// credentials.
func (s *server) begin(m *mapper) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			seen := &statusWriter{ResponseWriter: w}
			c := s.newCall(seen, r)
			c.mapper, c.root, c.found = m, m.root, m.look(r)
			if c.at >= 0 {
				c.resource = m.resources[c.at]
			}
			ctx := logx.WithRequest(context.WithValue(r.Context(), callKey{}, c), c.ID)
			next.ServeHTTP(seen, r.WithContext(ctx))
			c.note(ctx, seen.status)
			c.end(ctx, w)
		})
	}
}

// serve answers for a resource: may the caller use it with this method, is
// there such a method, and what does it say.
func (s *server) serve(w http.ResponseWriter, r *http.Request) error {
	c := s.call(w, r)
	c.w, c.r = w, r
	f := c.resource.method(r.Method)
	if strings.Contains(r.URL.RawQuery, "_help") && r.URL.Query().Has("_help") {
		return c.leadTo(c.resource.helpURL(c))
	}
	if c.resource.Tenant {
		c.Client, c.groups = tenant(c.groups)
	}
	if !c.resource.Public {
		if err := s.permit(c); err != nil {
			return err
		}
	}
	if f == nil || !c.resource.pattern.serves(r.Method) {
		return c.wrongMethod(c.takes)
	}
	if err := c.Read(); err != nil {
		return err
	}
	ctx, cancel := outliving(r)
	defer cancel()
	c.r, c.lasting = r.WithContext(ctx), r.Context()
	data, err := f(c)
	if err == nil && data != nil && !c.wrote {
		err = c.Reply(data)
	}
	if err != nil {
		return c.raised(f, err)
	}
	return c.finish()
}

func (c *Call) wrongMethod(takes []string) error {
	c.w.Header().Set("Allow", allowed(takes))
	return errMethod
}

// patience bounds a change that its client cannot end.
const patience = 10 * time.Second

// outliving is for what changes something: that may end the very credential
// that it was asked for with, and so the request's own context.
func outliving(r *http.Request) (context.Context, context.CancelFunc) {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return context.WithCancel(r.Context())
	}
	return context.WithTimeout(context.WithoutCancel(r.Context()), patience)
}
