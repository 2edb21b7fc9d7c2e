package demo

import (
	"bytes"
	"embed"
	"io/fs"
	"net/http"
	"sync"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
)

//go:embed files
var embedded embed.FS

// project are the files of a project of the manual.
func project(name string) fs.FS {
	at, err := fs.Sub(embedded, "files/"+name)
	if err != nil {
		panic(err) // a name of ours
	}
	return withLarge{at}
}

// large is a file that would make the program large: 3 MiB of lines.
const large = "api/v1/static1/asset/test.dat"

var largeText = sync.OnceValue(func() []byte { return bytes.Repeat([]byte("0123456789abcde\n"), 3<<16) })

// withLarge is a file system that has the large file as well.
type withLarge struct{ fs.FS }

func (f withLarge) Open(name string) (fs.File, error) {
	if name == large {
		return &memory{Reader: bytes.NewReader(largeText())}, nil
	}
	return f.FS.Open(name)
}

// memory is an open file, and what is known of it.
type memory struct{ *bytes.Reader }

func (m *memory) Close() error               { return nil }
func (m *memory) Stat() (fs.FileInfo, error) { return m, nil }
func (m *memory) Name() string               { return "test.dat" }
func (m *memory) Mode() fs.FileMode          { return 0o444 }
func (m *memory) ModTime() time.Time         { return time.Time{} }
func (m *memory) IsDir() bool                { return false }
func (m *memory) Sys() any                   { return nil }

var download = &app.Handler{Qual: name + "DownloadHandler", Title: "a download", Author: author,
	Doc: "Sends a file of 3 MiB, which browsers store; `Range` gets a part of it.", Methods: app.Methods{
		http.MethodGet: func(c *app.Call) (any, error) { return nil, c.Download("./static1/asset/test.dat", "test.dat") },
	}}

// asked is shown on the page.
type asked struct {
	Q string `arg:"q" default:""`
}

var template = &app.Handler{Qual: name + "TemplateHandler", Title: "a page of a template", Author: author,
	TemplatePath: "template", StaticPath: "template", Tag: []string{"demo"},
	Typed: []app.Endpoint{app.Get(func(c *app.Call, in asked) (any, error) {
		return nil, c.Render("template.html", map[string]any{"q": in.Q})
	})},
	Doc: `Shows a template with what it can be made of: the handler's properties, its own style, the style that all pages have, and an
argument. [Look at it]({{ enter_url }}).`,
	Docs: map[string]rest.Doc{http.MethodGet: {Text: templateText, Examples: []rest.Example{{Conversation: templateExample}}}},
}

const templateText = `
Methods:
    - GET /core4/example/template - the page

Parameters:
    - **q** (*str*): what to say again

Returns:
    a page in HTML`

const templateExample = `
> GET /core4/example/template?q=<b>
< 200
< Content-Type: text/html; charset=utf-8
<
< *&lt;b&gt;*
`

var link = app.Link(app.Handler{Qual: name + "LinkHandler", Title: "the way to another site", Author: author,
	Doc:      "Leads there, in a new tab where that is possible.",
	EnterURL: "http://www.serviceplan.com", Tag: []string{"demo"}})

const helpText = "Pages for people, which everybody may read."

// help is the manual's rule for static files: everything is said by the rule.
func help() app.Rule {
	title, doc, path, file, protected, who, icon := "API introduction", helpText, "/api/static/help", "default.html", false, author, "help"
	return app.Rule{Pattern: "/help", Handler: app.Static(app.Handler{}), Set: app.Override{
		Title: &title, Doc: &doc, Path: &path, DefaultFilename: &file, Protected: &protected, Author: &who, Icon: &icon}}
}

// derived is the manual's other way: a handler of its own.
var derived = app.Static(app.Handler{Qual: "test_server.api.v1.HelpHandler", Title: "API introduction", Author: author, Doc: helpText,
	Path: "/api/static/help", DefaultFilename: "default.html", Public: true, Icon: "help"})

var docs = app.Static(app.Handler{Title: "documents", Subtitle: "files for who may read them", Author: author, Path: "static1/docs"})
