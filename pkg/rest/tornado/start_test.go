package tornado_test

import (
	"context"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/tornado"
)

// declared is a handler of a test's own endpoints.
type declared struct {
	meta      tornado.Meta
	endpoints []tornado.Endpoint
}

func (d declared) Meta() tornado.Meta            { return d.meta }
func (d declared) Endpoints() []tornado.Endpoint { return d.endpoints }
func of(es ...tornado.Endpoint) declared         { return declared{endpoints: es} }
func with(m tornado.Meta, h declared) declared   { h.meta = m; return h }
func api(name string, handler any) tornado.API {
	return tornado.API{System: "Test", Name: name, Handler: handler}
}
func both2(a, b any) []tornado.API { return []tornado.API{api("A", a), api("B", b)} }
func options(list ...string) func(string) (string, bool) {
	return func(path string) (string, bool) {
		for i := 0; i < len(list); i += 2 {
			if list[i] == path {
				return list[i+1], true
			}
		}
		return "", false
	}
}

type wrongForm struct{}

func (wrongForm) GetJob(int) string     { return "" }
func (wrongForm) PostJob(...None) error { return nil }
func (wrongForm) GetTwo() (int, string) { return 0, "" }
func (wrongForm) Getter() string        { return "no endpoint" }

// None is a handler without endpoints, and a request without arguments.
type None struct{}

func in[Q any](context.Context, Q) (string, error) { return "", nil }

func TestMistakesAreToldAtTheStart(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		cfg  tornado.Config
		apis []tornado.API
		want []string
	}{
		"no endpoint":       {apis: []tornado.API{api("A", None{})}, want: []string{"Test/A", "it has no endpoint"}},
		"no handler":        {apis: []tornado.API{api("A", nil)}, want: []string{`"Test"/"A"`}},
		"no system":         {apis: []tornado.API{{Name: "A", Handler: minimal{}}}, want: []string{`""/"A"`}},
		"name with a slash": {apis: []tornado.API{api("A/B", minimal{})}, want: []string{`"A/B"`}},
		"forms of methods":  {apis: []tornado.API{api("A", wrongForm{})}, want: []string{"get_job", "post_job", "get_two", "func(context.Context, *Request) (Result, error)"}},
		"two of a name":     {apis: []tornado.API{api("A", of(tornado.GET("x", ok), tornado.GET("x", ok)))}, want: []string{"Test/A get_x and Test/A get_x both answer GET /x"}},
		"two handlers":      {apis: both2(minimal{}, minimal{}), want: []string{"Test/A get_hello and Test/B get_hello both answer GET /hello"}},
		"two by their shape": {apis: both2(of(tornado.GET("x", in[struct {
			A int `arg:"a"`
		}])), of(tornado.GET("x", in[struct {
			B int `arg:"b"`
		}]))), want: []string{"both answer GET /x", "both answer GET /x/{b}"}},
		"web of another":     {apis: both2(of(tornado.Web("x", ok)), of(tornado.GET("x", ok))), want: []string{"Test/A web_x and Test/B get_x both answer GET /x"}},
		"two RPC methods":    {apis: []tornado.API{api("A", of(tornado.RPC("x", ok), tornado.RPC("x", ok)))}, want: []string{"Test/A: there are two methods export_x"}},
		"REST where RPC is":  {apis: []tornado.API{api("A", of(tornado.RPC("x", ok), tornado.POST("y", ok, tornado.At("/Test/A"))))}, want: []string{"both answer POST /Test/A"}},
		"verb not supported": {apis: []tornado.API{api("A", with(tornado.Meta{Verbs: []string{"POST"}}, of(tornado.GET("x", ok))))}, want: []string{"Test/A: get_x: the handler does not support GET"}},
		"no such grant":      {apis: []tornado.API{api("A", of(tornado.GET("x", ok, tornado.Grants("JWT", "KERBEROS"))))}, want: []string{`Test/A: get_x: there is no grant "KERBEROS"`}},
		"no default grant":   {cfg: tornado.Config{DefaultGrants: []string{"x"}}, apis: []tornado.API{api("A", minimal{})}, want: []string{`there is no grant "X"`}},
		"no word":            {apis: []tornado.API{api("A", of(tornado.GET("x", ok, tornado.Allow("group: x|y"))))}, want: []string{`is no word of authorization`}},
		"empty group":        {apis: []tornado.API{api("A", of(tornado.GET("x", ok, tornado.Allow("group:"))))}, want: []string{`"group:" is no word`}},
		"request of a form": {apis: []tornado.API{api("A", of(tornado.GET("x", in[struct {
			A chan int `arg:"a"`
		}])))}, want: []string{"get_x", "chan int"}},
		"request is no struct": {apis: []tornado.API{api("A", of(tornado.GET("x", in[int])))}, want: []string{"get_x", "struct"}},
		"default of a type": {apis: []tornado.API{api("A", of(tornado.GET("x", in[struct {
			A int `arg:"a" default:"x"`
		}])))}, want: []string{"get_x", "default"}},
		"location":             {apis: []tornado.API{api("A", of(tornado.GET("x", ok, tornado.At("/a/{b}"))))}, want: []string{`the location "/a/{b}" is no path`}},
		"endpoint of no one":   {apis: []tornado.API{api("A", of(tornado.Endpoint{}))}, want: []string{"it was not made by"}},
		"no function":          {apis: []tornado.API{api("A", of(tornado.GET[None, string]("x", nil)))}, want: []string{"get_x: there is no function"}},
		"nothing to scan":      {apis: []tornado.API{api("A", of(tornado.FromMethods(nil)...))}, want: []string{"it has no endpoint"}},
		"options of no method": {apis: []tornado.API{api("A", of(tornado.FromMethods(minimal{}, tornado.For("hallo", tornado.Title("x")))...))}, want: []string{`"hallo"`, "no method has this name"}},
		"port":                 {apis: []tornado.API{api("A", with(tornado.Meta{Port: 70000}, of(tornado.GET("x", ok))))}, want: []string{"Test/A: there is no port 70000"}},
		"port of the option":   {cfg: tornado.Config{Option: options("/Systems/Test/APIs/A/Port", "many")}, apis: []tornado.API{api("A", minimal{})}, want: []string{`the option Port is "many"`}},
		"level of the option":  {cfg: tornado.Config{Option: options("/Systems/Test/APIs/A/LogLevel", "LOUD")}, apis: []tornado.API{api("A", minimal{})}, want: []string{`the option LogLevel is "LOUD"`}},
		"word of the option":   {cfg: tornado.Config{Option: options("/Systems/Test/APIs/A/Authorization/hello", "a b")}, apis: []tornado.API{api("A", minimal{})}, want: []string{`"a b" is no word`}},
		"errno taken":          {cfg: tornado.Config{Errnos: map[int]tornado.Errno{1501: {Name: "X", Text: "x"}}}, apis: []tornado.API{api("A", minimal{})}, want: []string{"the error number 1501 is EWMSJDL's"}},
		"errno of POSIX":       {cfg: tornado.Config{Errnos: map[int]tornado.Errno{13: {Name: "X", Text: "x"}}}, apis: []tornado.API{api("A", minimal{})}, want: []string{"13", "begins at 1000"}},
		"errno's status":       {cfg: tornado.Config{Errnos: map[int]tornado.Errno{3000: {Name: "X", Text: "x", Status: 200}}}, apis: []tornado.API{api("A", minimal{})}, want: []string{"3000 has the status 200"}},
		"several at once":      {apis: both2(None{}, wrongForm{}), want: []string{"Test/A", "Test/B"}},
	} {
		_, err := tornado.New(t.Context(), tc.cfg, tc.apis...)
		if err == nil {
			t.Errorf("%s: it starts", name)
			continue
		}
		for _, want := range tc.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %q is not in\n%v", name, want, err)
			}
		}
	}
}

// TestPathsOfEndpoints lists what a handler answers, as its Info has it.
func TestPathsOfEndpoints(t *testing.T) {
	t.Parallel()
	type path struct {
		A int    `arg:"a,path"`
		B string `arg:"b"`
		C *int   `arg:"c"`
	}
	for name, tc := range map[string]struct {
		handler any
		want    string
	}{
		// covers: D0-015 D0-022 D0-043 D0-047 D0-050 D0-052
		"names":             {of(tornado.GET("job", ok), tornado.POST("job", ok), tornado.DELETE("job", ok), tornado.OPTIONS("job", ok), tornado.PUT("x", ok), tornado.PATCH("x", ok), tornado.HEAD("x", ok)), "DELETE /job|GET /job|OPTIONS /job|POST /job|HEAD /x|PATCH /x|PUT /x"},
		"index":             {with(tornado.Meta{Location: "/auth"}, of(tornado.GET("index", ok), tornado.GET("jwk", ok))), "GET /auth|GET /auth/jwk"},
		"index of the root": {of(tornado.GET("index", ok)), "GET /"},
		"base":              {with(tornado.Meta{Base: "dirac", Location: "auth/"}, of(tornado.GET("jwk", ok))), "GET /dirac/auth/jwk"},
		"absolute location": {with(tornado.Meta{Base: "dirac", Location: "/auth"}, of(tornado.POST("m", ok, tornado.At("/test/myAPI")))), "POST /dirac/test/myAPI"},
		"relative location": {with(tornado.Meta{Location: "/auth"}, of(tornado.POST("m", ok, tornado.At("my/api")))), "POST /auth/my/api"},
		"alternatives":      {of(tornado.GET("m", ok, tornado.At("/.well-known/a", "/.well-known/b", "/.well-known/a/"))), "GET /.well-known/a|GET /.well-known/b"},
		// covers: D0-030 D0-031 D0-038 D0-039
		"from right to left":  {of(tornado.GET("j", in[path])), "GET /j/{a}|GET /j/{a}/{b}|GET /j/{a}/{b}/{c}"},
		"by position or name": {of(tornado.GET("j", in[*someJobs])), "GET /j|GET /j/{owner}"},
		"the rest":            {of(tornado.GET("j", in[*anything])), "GET /j/{args...}"},
		"a list, an object":   {of(tornado.POST("j", in[*jobIDs]), tornado.PUT("j", in[*manifest])), "POST /j|PUT /j|POST /j/{jobIDs}"},
		// covers: D0-069 D0-071
		"every verb":            {of(tornado.Web("myMethod", ok)), "DELETE /myMethod|GET /myMethod|OPTIONS /myMethod|PATCH /myMethod|POST /myMethod|PUT /myMethod"},
		"some verbs":            {with(tornado.Meta{Verbs: []string{"GET", "POST"}}, of(tornado.Web("m", ok))), "GET /m|POST /m"},
		"the verb goes before":  {with(tornado.Meta{Verbs: []string{"GET", "POST"}}, of(tornado.GET("m", ok), tornado.Web("m", ok), tornado.Web("n", ok), tornado.POST("n", ok))), "GET /m|POST /m|GET /n|POST /n"},
		"by RPC":                {with(tornado.Meta{Base: "dips"}, of(tornado.RPC("x", ok), tornado.RPC("y", ok))), "POST /dips/Test/One"},
		"scanned":               {scanned{}, "GET /|POST /Test/One|POST /jobState|POST /jobState/{jobID}|POST /jobState/{jobID}/{category}|DELETE /status|GET /status|HEAD /status|OPTIONS /status|PATCH /status|POST /status|PUT /status|GET /urlList"},
		"a prefix of one's own": {prefixed{}, "DELETE /x|GET /x|OPTIONS /x|PATCH /x|POST /x|PUT /x"},
	} {
		got := &noting{inner: tc.handler}
		app(t, tornado.Config{}, tornado.API{System: "Test", Name: "One", Handler: got})
		if urls := strings.Join(got.about.URLs, "|"); urls != tc.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, urls, tc.want)
		}
	}
}

type scanned struct{}

func (scanned) GetIndex() error                                   { return nil }
func (scanned) GetURLList(context.Context) error                  { return nil }
func (scanned) PostJobState(context.Context, oneJob) (int, error) { return 0, nil }
func (*scanned) GetNothing()                                      {}
func (scanned) WebStatus(*None) error                             { return nil }
func (scanned) HeadStatus()                                       {}
func (scanned) ExportPing() string                                { return "pong" }
func (scanned) Get() string                                       { return "" }
func (scanned) Website() string                                   { return "" }

type prefixed struct{}

func (prefixed) Meta() tornado.Meta { return tornado.Meta{Prefix: "Serve"} }
func (prefixed) ServeX() string     { return "" }
func (prefixed) WebY() string       { return "" }

// noting is a handler that remembers what it was told about itself.
type noting struct {
	inner any
	about tornado.Info
}

func (n *noting) Init(_ context.Context, about tornado.Info) error {
	n.about = about
	return nil
}

func (n *noting) Meta() tornado.Meta {
	if h, ok := n.inner.(interface{ Meta() tornado.Meta }); ok {
		return h.Meta()
	}
	return tornado.Meta{}
}

func (n *noting) Endpoints() []tornado.Endpoint {
	if h, ok := n.inner.(interface{ Endpoints() []tornado.Endpoint }); ok {
		return h.Endpoints()
	}
	return tornado.FromMethods(n.inner)
}
