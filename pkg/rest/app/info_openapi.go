package app

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// doc is the documentation of all that a resource does, for rest's table.
func (r *Resource) doc() rest.Doc {
	d := rest.Doc{Title: r.Title, Author: r.Author, Tags: r.Tag, Text: cmp.Or(r.Doc, r.Subtitle)}
	for _, name := range r.documented() {
		own := r.documentation("", name)
		d.Text = strings.TrimSpace(d.Text + "\n\n" + own.Text)
		d.Examples = append(d.Examples, own.Examples...)
	}
	d.Text = r.fields("").Fill(d.Text)
	return d
}

// methodDocs is the documentation of one method, for OpenAPI.
func (r *Resource) methodDocs(url, name string) rest.Doc {
	d := r.documentation(url, name)
	d.Author, d.Tags = r.Author, r.Tag
	if d.Title == "" {
		d.Title = r.Title
	}
	d.Text = strings.TrimSpace(r.fields(url).Fill(r.Doc) + "\n\n" + d.Text)
	return d
}

// documentation is what is written about one method, with this resource's
// fields. Examples tell paths, whatever the URL.
func (r *Resource) documentation(url, name string) rest.Doc {
	d := r.Docs[name]
	examples := r.fields("")
	d.Examples = slices.Clone(d.Examples)
	for i := range d.Examples {
		plain := d.Examples[i].Conversation
		filled := examples.Fill(plain)
		d.Text = strings.Replace(d.Text, plain, filled, 1)
		d.Examples[i].Conversation = filled
	}
	d.Text = r.fields(url).Fill(d.Text)
	return d
}

// openAPI describes the container's handlers that show reports. A method with
// types is described by them.
func (m *mapper) openAPI(url string, show func(*Resource) bool) ([]byte, error) {
	c := rest.Container{Name: m.Name, Root: m.root, Title: m.Title, Errors: inEnvelope}
	for _, r := range m.resources {
		if r.ofPages() || !show(r) {
			continue
		}
		access := who.Authenticated
		if r.Public {
			access = who.Public
		}
		for _, name := range order {
			if r.Methods[name] == nil || r.pattern.method != "" && r.pattern.method != name {
				continue
			}
			c.Routes = append(c.Routes, r.described(url, name, access))
		}
	}
	info := rest.Info{Title: m.Title, Version: m.Version}
	if url != "" {
		info.Servers = []string{url}
	}
	return rest.OpenAPI(info, c)
}

// inEnvelope tells that errors are no problem details.
func inEnvelope(http.ResponseWriter, *http.Request, *fault.Error) {}

func (r *Resource) described(url, name string, access who.Rule) rest.Route {
	pattern, doc := name+" "+r.pattern.shown, r.methodDocs(url, name)
	for _, e := range r.Typed {
		if e.Method != name {
			continue
		}
		if route, err := rest.Described(pattern, access, doc, e.In, e.Out); err == nil {
			return route
		}
	}
	return rest.Raw(pattern, access, doc, nil)
}
