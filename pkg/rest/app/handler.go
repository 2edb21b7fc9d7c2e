package app

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// Handler is one of core4's request handlers with its properties (section
// 1.4). Permissions are written against its qualified name, never against the
// path that it is reached by. Its title and its author are required.
type Handler struct {
	Qual    string
	Aliases []string // other qualified names, that permissions may mean it by

	Title    string
	Subtitle string
	Author   string
	Tag      []string // nil: "api", which keeps it out of listings of what people use
	Icon     string   // of the material icons; empty: "mdi-circle-medium"
	Doc      string   // introduces the handler
	EnterURL string   // where people come in; empty: its GET
	Target   string   // "blank" opens EnterURL in a new tab
	SPA      bool     // a page of its own, without the frame of others
	Res      int      // how large its card is; 0: 11

	// Public lets everybody in; who leaves it out protects the handler.
	Public bool
	// Tenant demands a permission for the client that the path names, too.
	Tenant bool
	// PermBase is whose name permissions must mean: ByHandler or ByContainer.
	PermBase string

	// Dir is the handler's directory below its project's root; empty: what its
	// qualified name says, "api/v1" of project.api.v1.handler.MyHandler.
	Dir             string
	TemplatePath    string // below Dir, or with a slash in front below the root
	StaticPath      string // likewise
	Path            string // what a static handler serves; without a slash below the container's directory
	DefaultFilename string // of a directory; empty: "index.html"
	// Below makes the rule's pattern take what follows it, too: group "0" is
	// that, without the slash between.
	Below bool

	LogLevel string // of Call.Log; empty: DEBUG

	// Uploads leaves the body to the methods, which read it with Call.Parts:
	// arguments are those of the query.
	Uploads bool

	Methods Methods
	Typed   []Endpoint // methods that are functions with types

	// Docs document methods, by HTTP method, with examples that package
	// resttest has; their titles may be empty.
	Docs    map[string]rest.Doc
	Created time.Time // when it was first there; zero: nobody knows
	// Card and Enter answer people who look at the handler's card and who come
	// in, in place of the card that every handler has and of its GET.
	Card, Enter func(*Call) (any, error)

	asks   bool // a public one that finds out who asks nevertheless
	static bool // it serves the files of Path
}

// Whose name permissions must mean.
const (
	ByHandler   = "" // the handler's
	ByContainer = "container"
)

// Methods are what a handler does, by HTTP method. GET answers HEAD as well.
// What a method returns is the data of the reply; one that returns nothing and
// wrote nothing answers without a body.
type Methods map[string]func(*Call) (any, error)

// Names are all by which permissions may mean the handler.
func (h *Handler) Names() []string { return append([]string{h.Qual}, h.Aliases...) }

// Project is the first segment of the qualified name.
func (h *Handler) Project() string { return project(h.Qual) }

func project(qual string) string {
	p, _, _ := strings.Cut(qual, ".")
	return p
}

// methods are those that HTTP knows; any other is refused before anybody is
// asked who they are.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions}

func known(method string) bool { return slices.Contains(methods, method) }

// method is what the handler does for a method, nil for nothing.
func (h *Handler) method(name string) func(*Call) (any, error) {
	f := h.Methods[name]
	if f == nil && name == http.MethodHead {
		f = h.Methods[http.MethodGet]
	}
	return f
}

// allowed lists the methods that a path takes, for the header Allow.
func allowed(names []string) string {
	out := append([]string{http.MethodOptions}, names...)
	if slices.Contains(names, http.MethodGet) {
		out = append(out, http.MethodHead)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ", ")
}

// takes are the methods that a handler answers by a rule of one method, or of
// all if that is empty.
func (h *Handler) takes(method string) []string {
	names := slices.Sorted(maps.Keys(h.Methods))
	if method == "" {
		return names
	}
	return slices.DeleteFunc(names, func(n string) bool { return n != method })
}
