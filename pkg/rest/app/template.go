package app

import (
	"bytes"
	"fmt"
	"html/template"
	"io/fs"
	"path"
	"strings"
	"sync"

	"github.com/heddle-dev/heddle/pkg/rest/page"
)

// Render answers with a template of html/template (section 6.1): below the
// handler's template path, or with a slash in front below the project's root.
// Other files *.html beside it are templates that it may use. It sees the
// handler's properties and values; what both have is of values. A template
// that is not there, or cannot be read, is a defect: an error 500.
//
// The answer is a page: if the handler sets no Content-Security-Policy, it may
// load what it needs from its own server.
func (c *Call) Render(name string, values map[string]any) error {
	t, err := c.server.templates.get(c, name)
	if err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	if t, err = t.Clone(); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := t.Funcs(c.functions()).Execute(&b, c.values(values)); err != nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	h := c.Header()
	own := h.Get("Content-Security-Policy")
	page.Policy{Assets: true}.Set(h)
	if own != "" {
		h.Set("Content-Security-Policy", own)
	}
	_, err = c.Writer().Write(b.Bytes())
	return err
}

// templates are those that were read. While errors tell where they came from,
// in debug mode, nothing is kept: what was changed on disk is seen at once.
type templates struct {
	mu   sync.Mutex
	held map[templateKey]*template.Template
}

// templateKey is not the resource's ID: two containers can have one handler,
// and files of their own.
type templateKey struct {
	of   *Resource
	name string
}

// maxTemplates bounds what is remembered; names are the handlers', not the clients'.
const maxTemplates = 1000

func (ts *templates) get(c *Call, name string) (*template.Template, error) {
	files := c.resource.files.templates
	full, rooted := strings.CutPrefix(name, "/")
	if rooted {
		var err error
		if files, err = c.mapper.Below(".", "/"+path.Dir(full)); err != nil {
			return nil, err
		}
		full = path.Base(full)
	}
	key := templateKey{c.resource, name}
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t := ts.held[key]; t != nil && !c.server.Debug {
		return t, nil
	}
	t, err := readTemplate(files, full)
	if err != nil {
		return nil, err
	}
	if ts.held == nil || len(ts.held) >= maxTemplates {
		ts.held = map[templateKey]*template.Template{}
	}
	ts.held[key] = t
	return t, nil
}

// readTemplate reads a template and those beside it.
func readTemplate(files fs.FS, name string) (*template.Template, error) {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, err
	}
	t := template.New(name).Funcs((&Call{}).functions())
	beside, err := fs.Glob(files, path.Join(path.Dir(name), "*.html"))
	if err != nil {
		return nil, err
	}
	for _, other := range beside {
		if other == name {
			continue
		}
		if _, err := t.ParseFS(files, other); err != nil {
			return nil, err
		}
	}
	return t.Parse(string(text))
}

// functions are what a template may call. Those of a Call that is none are
// only to read templates with.
func (c *Call) functions() template.FuncMap {
	return template.FuncMap{
		"static_url":     func(file string) (string, error) { return c.assetURL("project", file) },
		"default_static": func(file string) (string, error) { return c.assetURL("default", file) },
		"reverse_url": func(name string, values ...any) (string, error) {
			texts := make([]string, len(values))
			for i, v := range values {
				texts[i] = fmt.Sprint(v)
			}
			return c.Reverse(name, texts...)
		},
	}
}
