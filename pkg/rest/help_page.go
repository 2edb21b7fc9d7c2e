package rest

import (
	"cmp"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/doctext"
	"github.com/heddle-dev/heddle/pkg/rest/page"
	"github.com/heddle-dev/heddle/pkg/who"
)

//go:embed help/*.html
var helpFiles embed.FS

var helpPages = page.Must(helpFiles, "help/*.html")

// helpPage is what the page of help shows.
type helpPage struct {
	page.Frame
	Text   template.HTML
	Routes []helpRoute
	More   bool // there are routes for others
}

type helpRoute struct {
	Method, Path, Title string
	Access, Author      string
	Text                template.HTML
	Takes, Body         page.Table
}

func (c Container) help(w http.ResponseWriter, r *http.Request) error {
	mine, all := c.usable(who.From(r.Context()))
	name := cmp.Or(c.Title, c.Name)
	p := helpPage{More: !all, Frame: page.Frame{Title: name, Brand: name, Links: []page.Link{{Text: "OpenAPI", URL: c.Root + documentPath}}}}
	p.Text, _ = doctext.HTML(c.Doc, nil)
	d := document{schemas: newSchemas()}
	for _, rt := range mine.Routes {
		route, err := d.help(c, rt)
		if err != nil {
			return err
		}
		p.Routes = append(p.Routes, route)
	}
	return helpPages.Write(w, r, http.StatusOK, "help", p, page.Policy{})
}

func (d *document) help(c Container, rt Route) (helpRoute, error) {
	p, err := parsePattern(rt.Pattern)
	if err != nil {
		return helpRoute{}, err
	}
	var names []string
	for _, s := range p.wilds {
		names = append(names, s.text)
	}
	in, err := d.input(rt, p, names)
	if err != nil {
		return helpRoute{}, err
	}
	h := helpRoute{
		Method: cmp.Or(p.method, "Any method"), Path: fullPath(strings.TrimSuffix(c.Root, "/"), p), Title: rt.Doc.Title,
		Access: rt.Access.Name, Author: rt.Doc.Author, Takes: page.Table{Caption: "Parameters", Columns: []string{"Name", "Where", "Type", "What it means"}},
		Body: page.Table{Caption: "Body", Columns: []string{"Name", "Type", "What it means"}},
	}
	h.Text, _ = rt.Doc.HTML(nil)
	for _, param := range in.parameters {
		schema := d.found(param["schema"])
		h.Takes.Rows = append(h.Takes.Rows, []any{param["name"], param["in"], typeName(schema), meaning(param, schema)})
	}
	body := d.found(in.body["content"])
	for _, kind := range slices.Sorted(maps.Keys(body)) {
		content := d.found(body[kind])
		h.Body.Rows = append(h.Body.Rows, d.members(d.found(content["schema"]))...)
		if len(h.Body.Rows) > 0 {
			h.Body.Caption = "Body: " + strings.Join(slices.Sorted(maps.Keys(body)), " or ")
			break // the others have the same
		}
	}
	return h, nil
}

// members are the rows of an object's members.
func (d *document) members(schema object) [][]any {
	properties := d.found(schema["properties"])
	required, _ := schema["required"].([]string)
	var rows [][]any
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		of := d.found(properties[name])
		rows = append(rows, []any{name, typeName(of), meaning(object{"description": d.description(properties[name]), "required": slices.Contains(required, name)}, of)})
	}
	return rows
}

// found is an object of the document, by reference if it is one.
func (d *document) found(v any) object {
	o, _ := v.(object)
	if ref, ok := o["$ref"].(string); ok {
		o, _ = d.schemas.named[strings.TrimPrefix(ref, "#/components/schemas/")].(object)
	}
	return o
}

func (d *document) description(v any) any {
	o, _ := v.(object)
	return o["description"]
}

// typeName is a schema's type in a word or two.
func typeName(schema object) string {
	names, _ := schema["type"].([]string)
	if one, ok := schema["type"].(string); ok {
		names = []string{one}
	}
	var out []string
	for _, name := range names {
		items, list := schema["items"].(object)
		format, special := schema["format"].(string)
		switch {
		case name == "array" && list:
			name = "list of " + typeName(items)
		case name == "string" && special:
			name = format
		}
		out = append(out, name)
	}
	return cmp.Or(strings.Join(out, " or "), "any")
}

// meaning is what is said of a parameter: its text, whether it must be there,
// and what it is without.
func meaning(param, schema object) string {
	var parts []string
	if text, ok := param["description"].(string); ok && text != "" {
		parts = append(parts, text)
	}
	if must, _ := param["required"].(bool); must {
		parts = append(parts, "required")
	}
	if value, ok := schema["default"]; ok && value != "" {
		parts = append(parts, fmt.Sprintf("default %v", value))
	}
	return strings.Join(parts, "; ")
}
