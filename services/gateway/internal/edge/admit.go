package edge

import (
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Authenticate is what a rest.Container asks of a door.
func Authenticate(p Prover, d Door) func(http.ResponseWriter, *http.Request) (who.Principal, error) {
	return func(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
		out, err := Admit(w, r, p, d)
		return out.Principal, err
	}
}

// Admit proves who a request is from and notes it in the request's context.
// If it may not come in, the answer's headers say why (RFC 6750, section 3).
func Admit(w http.ResponseWriter, r *http.Request, p Prover, d Door) (Proven, error) {
	out, err := p.Prove(d, r)
	if err != nil {
		d.challenge(w.Header(), r, fault.From(err))
		return Proven{}, err
	}
	Note(r.Context(), out)
	return out, nil
}

// Readmit is Admit for a caller who proved earlier who they are, and has a
// session of it: that the session stands is its keeper's business.
func Readmit(w http.ResponseWriter, r *http.Request, d Door, p Proven) error {
	if err := d.suffices(r, p); err != nil {
		d.challenge(w.Header(), r, fault.From(err))
		return err
	}
	Note(r.Context(), p)
	return nil
}

const bearerRealm = `Bearer realm="heddle"`

// challenge says how to do better.
func (d Door) challenge(h http.Header, r *http.Request, f *fault.Error) {
	switch {
	case f.Code == CodeScope:
		h.Set("WWW-Authenticate", bearerRealm+`, error="insufficient_scope", scope="`+scopeAll+`"`)
	case f.Kind == fault.Unauthenticated:
		bearer := bearerRealm
		if c, err := d.read(r); err == nil && c.bearer() {
			bearer += `, error="invalid_token"`
		}
		h["Www-Authenticate"] = []string{bearer, `Basic realm="heddle"`}
		d.Offer(h)
	}
}

// Offer takes those ways to authenticate out of an answer's header that the
// door does not take.
func (d Door) Offer(h http.Header) {
	h["Www-Authenticate"] = slices.DeleteFunc(h["Www-Authenticate"], func(challenge string) bool {
		basic := strings.HasPrefix(challenge, "Basic ")
		return basic && !d.Basic || !basic && !d.Bearer && len(d.Accept) == 0
	})
	if len(h["Www-Authenticate"]) == 0 {
		h.Del("WWW-Authenticate")
	}
}
