package tornado

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// verbs are those that TornadoREST supports, in its order.
var verbs = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodDelete,
	http.MethodPatch, http.MethodPut, http.MethodOptions}

const (
	webPrefix    = "Web"
	exportPrefix = "Export"
)

// verbPrefix is how TornadoREST's methods for a verb begin: "get_".
func verbPrefix(verb string) string { return strings.ToLower(verb) + "_" }

// Scanned is an adjustment of FromMethods.
type Scanned func(*scan)

type scan struct {
	prefix  string
	options map[string][]Option
}

// For gives options to the methods of a name, of whatever verb: "job"; or to
// that of one verb: "post_job".
func For(name string, opts ...Option) Scanned {
	return func(s *scan) { s.options[name] = append(s.options[name], opts...) }
}

// FromMethods finds endpoints by the names of a value's exported methods:
// GetJob answers GET /job, GetIndex GET of the location itself, and WebStatus
// every verb at /status; ExportPing is the RPC method "ping". Get stands for
// every verb: Head, Post, Delete, Patch, Put, Options. What follows in the
// name begins with a capital; the path begins with it in lower case.
//
// Such a method takes a context and at most one struct, or pointer to one, and
// returns at most one result, and an error: any of these may be left out.
func FromMethods(handler any, adjust ...Scanned) []Endpoint {
	s := scan{prefix: webPrefix, options: map[string][]Option{}}
	if d, ok := handler.(interface{ Meta() Meta }); ok && d.Meta().Prefix != "" {
		s.prefix = d.Meta().Prefix
	}
	for _, a := range adjust {
		a(&s)
	}
	var out []Endpoint
	seen := map[string]bool{}
	if v := reflect.ValueOf(handler); v.IsValid() {
		for i := range v.NumMethod() {
			if e, ok := s.endpoint(v.Type().Method(i).Name, v.Method(i)); ok {
				out = append(out, e)
				seen[e.name], seen[e.String()] = true, true
			}
		}
	}
	for name := range s.options {
		if !seen[name] {
			out = append(out, Endpoint{name: name, err: fmt.Errorf("options are for %q, and no method has this name", name)})
		}
	}
	return out
}

func (s scan) endpoint(method string, f reflect.Value) (Endpoint, bool) {
	e := Endpoint{}
	if name, ok := after(method, s.prefix); ok {
		e.name = name
	} else if name, ok := after(method, exportPrefix); ok {
		e.name, e.export = name, true
	} else {
		for _, verb := range verbs {
			if name, ok := after(method, verb[:1]+strings.ToLower(verb[1:])); ok {
				e.name, e.verb = name, verb
			}
		}
	}
	if e.name == "" {
		return e, false
	}
	e.options = optionsOf(append(slices.Clone(s.options[e.name]), s.options[e.String()]...))
	e.err = e.bind(f)
	return e, true
}

// after is what follows a prefix, if that is a name: "GetJob" gives "job" and
// "Getter" nothing.
func after(method, prefix string) (string, bool) {
	name, ok := strings.CutPrefix(method, prefix)
	first, _ := utf8.DecodeRuneInString(name)
	if !ok || prefix == "" || name == "" || unicode.IsLower(first) {
		return "", false
	}
	return lowerFirst(name), true
}

// lowerFirst lowers the first word: "JobID" is "jobID", "URLList" "urlList".
func lowerFirst(name string) string {
	letters := []rune(name)
	for i, r := range letters {
		if !unicode.IsUpper(r) || i > 0 && i+1 < len(letters) && unicode.IsLower(letters[i+1]) {
			break
		}
		letters[i] = unicode.ToLower(r)
	}
	return string(letters)
}

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
)

// bind makes the method callable, if its signature is one that can be.
func (e *Endpoint) bind(f reflect.Value) error {
	t := f.Type()
	in, out := t.NumIn(), t.NumOut()
	takesContext := in > 0 && t.In(0) == contextType
	first := 0
	if takesContext {
		first = 1
	}
	fails := out > 0 && t.Out(out-1) == errorType
	results := out
	if fails {
		results--
	}
	e.request = reflect.TypeFor[None]()
	if in > first {
		e.request = t.In(first)
	}
	pointer := e.request.Kind() == reflect.Pointer
	if pointer {
		e.request = e.request.Elem()
	}
	if in > first+1 || results > 1 || t.IsVariadic() || e.request.Kind() != reflect.Struct {
		return fmt.Errorf("the method's form is not func(context.Context, *Request) (Result, error): %s", t)
	}
	if results == 1 {
		e.answer = t.Out(0)
	}
	e.call = func(ctx context.Context, q reflect.Value) (any, error) {
		var args []reflect.Value
		if takesContext {
			args = append(args, reflect.ValueOf(ctx))
		}
		if in > first {
			if !pointer {
				q = q.Elem()
			}
			args = append(args, q)
		}
		return returned(f.Call(args), results, fails)
	}
	return nil
}

func returned(values []reflect.Value, results int, fails bool) (result any, err error) {
	if fails {
		err, _ = values[len(values)-1].Interface().(error)
	}
	if results == 1 {
		result = values[0].Interface()
	}
	return result, err
}
