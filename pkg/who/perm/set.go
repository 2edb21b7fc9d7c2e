package perm

import (
	"net/http"
	"regexp"
	"strings"
)

// Set is the effective permissions of a caller, compiled once. The zero Set
// allows nothing.
type Set struct {
	operator bool
	apis     []rule
	jobs     []rule
	held     map[string]bool // app keys
}

type rule struct {
	Perm
	pattern *regexp.Regexp
}

// Compile makes a set. What Parse refuses allows nothing.
func Compile(perms []string) Set {
	s := Set{held: map[string]bool{}}
	for _, text := range perms {
		p, err := Parse(text)
		if err != nil {
			continue
		}
		switch p.protocol {
		case cop:
			s.operator = true
		case app:
			s.held[p.target] = true
		case api, job:
			re, err := compile(p.target)
			if err != nil {
				continue
			}
			if p.protocol == api {
				s.apis = append(s.apis, rule{p, re})
			} else {
				s.jobs = append(s.jobs, rule{p, re})
			}
		}
	}
	return s
}

// letter is what a method needs.
func letter(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodConnect, http.MethodTrace:
		return "r"
	case http.MethodPost:
		return "c"
	case http.MethodPut, http.MethodPatch:
		return "u"
	case http.MethodDelete:
		return "d"
	default:
		return "" // only a permission for all methods covers it
	}
}

// Operator reports whether everything is allowed.
func (s Set) Operator() bool { return s.operator }

// API reports whether a method may be used on a handler. Its names are its
// qualified name and its aliases.
func (s Set) API(method string, names ...string) bool {
	need := letter(method)
	return s.api(names, func(p Perm) bool { return p.all || need != "" && strings.Contains(p.rights, need) })
}

// Pages reports whether a handler's card and help pages may be seen: for that
// any right to the handler will do.
func (s Set) Pages(names ...string) bool {
	return s.api(names, func(p Perm) bool { return p.all || p.rights != "" })
}

// Lists reports whether a handler is shown in listings: for that the pattern
// alone counts.
func (s Set) Lists(names ...string) bool {
	return s.api(names, func(Perm) bool { return true })
}

func (s Set) api(names []string, enough func(Perm) bool) bool {
	if s.operator {
		return true
	}
	for _, r := range s.apis {
		if !enough(r.Perm) {
			continue
		}
		for _, n := range names {
			if n != "" && matches(r.pattern, n) {
				return true
			}
		}
	}
	return false
}

// Job reports whether a kind of job may be looked at, or also run and ended.
func (s Set) Job(name string, write bool) bool {
	if s.operator {
		return true
	}
	for _, r := range s.jobs {
		if (!write || r.rights == "x") && name != "" && matches(r.pattern, name) {
			return true
		}
	}
	return false
}

// Jobs are the permissions for kinds of jobs as texts, for whoever judges them
// elsewhere.
func (s Set) Jobs() []string {
	var out []string
	for _, r := range s.jobs {
		out = append(out, r.String())
	}
	return out
}

// App reports whether app://key is held, to the letter.
func (s Set) App(key string) bool { return s.operator || s.held[key] }

// Tenant reports whether a tenant's data may be used.
func (s Set) Tenant(client string) bool {
	return s.operator || client != "" && s.held["client/"+client]
}
