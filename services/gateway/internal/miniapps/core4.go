package miniapps

import (
	"context"
	"encoding/base64"
	"net/http"
	"regexp"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// Core4Callers is what those may show in a header who ask for a program of
// core4's handlers.
var Core4Callers = edge.Door{
	Basic: true, Bearer: true, Accept: []authapi.Kind{authapi.KindAPIKey, authapi.KindUpstream, authapi.KindCore4JWT}, Header: "X-API-Key", Scoped: true,
}

// authenticateCore4 knows callers of a program of core4's handlers as core4's
// own door does (core4.md section 2.1): by a header alone, else by the query's
// arguments, else by the cookie of core4's login, else as authenticate does.
// Bodies are the program's, and not read. A credential that is wrong is none:
// what is open to all stays so, and of the rest the program says 401 in
// core4's form.
func (s *Service) authenticateCore4(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
	looks := []func(*http.Request) (edge.Proven, error){s.byQuery, s.byCookie}
	if shows(r) {
		looks = []func(*http.Request) (edge.Proven, error){s.byHeader}
	}
	for _, look := range looks {
		p, err := look(r)
		switch {
		case fault.Is(err, fault.Unauthenticated):
		case err != nil:
			return who.Principal{}, err
		case !p.Principal.Anonymous():
			edge.Note(r.Context(), p)
			s.Renew(w.Header(), r, p)
			return p.Principal, nil
		}
	}
	if shows(r) {
		return who.Principal{}, nil
	}
	return s.authenticate(w, r)
}

func (s *Service) byHeader(r *http.Request) (edge.Proven, error) {
	return s.Prover.Prove(Core4Callers, r)
}

// byQuery takes a token, or a name and a password. The program does not get
// to see what proved somebody.
func (s *Service) byQuery(r *http.Request) (p edge.Proven, err error) {
	query := r.URL.Query()
	token, name, password := query.Get("token"), query.Get("username"), query.Get("password")
	switch {
	case token != "":
		p, err = s.prove(r, "Bearer "+token, edge.Door{Accept: []authapi.Kind{authapi.KindCore4JWT}, Scoped: true})
		query.Del("token")
	case name != "" && password != "":
		p, err = s.prove(r, "Basic "+base64.StdEncoding.EncodeToString([]byte(name+":"+password)), edge.Door{Basic: true, Scoped: true})
		query.Del("username")
		query.Del("password")
	}
	if err == nil && !p.Principal.Anonymous() {
		r.URL.RawQuery = query.Encode()
	}
	return p, err
}

// byCookie takes the sealed token. That a change comes from a page of the
// gateway's own, every request is asked for.
func (s *Service) byCookie(r *http.Request) (edge.Proven, error) {
	cookie, err := r.Cookie(core4Cookie)
	if err != nil || cookie.Value == "" {
		return edge.Proven{}, nil //nolint:nilerr // there is none
	}
	return s.prove(r, "Bearer "+cookie.Value, edge.Door{Accept: []authapi.Kind{authapi.KindCore4Seal}, Scoped: true})
}

// prove judges a credential as if it had come in the header.
func (s *Service) prove(r *http.Request, header string, door edge.Door) (edge.Proven, error) {
	as := *r
	as.Header = http.Header{"Authorization": {header}}
	return s.Prover.Prove(door, &as)
}

// standards are the paths that every container of core4's handlers has
// (core4.md section 1.2).
var standards = []struct{ path, title string }{
	{"/login", "Log in and get a token"}, {"/reset", "Set a new password"}, {"/logout", "Log out"}, {"/profile", "The profile of who asks"},
}

// standard are those of them that no rule of the app's own claims. Programs
// know no passwords: the gateway answers, and finds out by itself who asks.
func (s *Service) standard(t miniapp.App) (out []rest.Route) {
	taken := claimed(t)
	for _, one := range standards {
		if taken[one.path] {
			continue
		}
		route := rest.Raw(one.path, who.Public, rest.Doc{Title: one.title}, func(w http.ResponseWriter, r *http.Request) error {
			s.Standard.ServeHTTP(w, r)
			return nil
		})
		route.Ask = func(_ http.ResponseWriter, r *http.Request, _ rest.Known) (context.Context, error) {
			return r.Context(), nil
		}
		out = append(out, route)
	}
	return out
}

// claimed are the paths that rules of the app are for.
func claimed(t miniapp.App) map[string]bool {
	out := map[string]bool{}
	for _, h := range t.Handlers {
		for _, p := range h.Patterns {
			rule, err := regexp.Compile("^(?:" + p[0] + ")$")
			if err != nil {
				continue // the listing shows it as text
			}
			for _, one := range standards {
				out[one.path] = out[one.path] || rule.MatchString(t.Root+one.path)
			}
		}
	}
	return out
}
