package rest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/who"
)

// Info is what an OpenAPI document says about itself.
type Info struct {
	Title   string
	Version string
	Doc     string   // Markdown
	Servers []string // URLs; none means where the document came from
}

// object is a JSON object of the document; encoding/json sorts its members,
// so that the same tables always give the same document.
type object = map[string]any

// OpenAPI describes the containers' routes as an OpenAPI 3.1 document in JSON.
// Everything is taken from the tables that also serve the requests.
func OpenAPI(info Info, containers ...Container) ([]byte, error) {
	d := document{paths: map[string]object{}, wilds: map[string][]string{}, schemas: newSchemas()}
	var tags []object
	sorted := slices.Clone(containers)
	slices.SortStableFunc(sorted, func(a, b Container) int { return len(b.Root) - len(a.Root) })
	for _, c := range sorted {
		tags = append(tags, object{"name": c.Name, "description": strings.TrimSpace(c.Title + "\n\n" + c.Doc)})
		for _, rt := range c.Routes {
			if err := d.add(c, rt); err != nil {
				return nil, fmt.Errorf("rest: openapi: %s: %s: %w", c.Name, rt.Pattern, err)
			}
		}
	}
	about := object{"title": info.Title, "version": info.Version}
	if info.Doc != "" {
		about["description"] = info.Doc
	}
	out := object{"openapi": "3.1.0", "info": about, "tags": tags, "paths": d.paths, "components": d.components()}
	if len(info.Servers) > 0 {
		var servers []object
		for _, url := range info.Servers {
			servers = append(servers, object{"url": url})
		}
		out["servers"] = servers
	}
	return json.MarshalIndent(out, "", "  ")
}

type document struct {
	paths   map[string]object
	wilds   map[string][]string // the names of a path's wildcards, by its shape
	schemas *schemas
}

func (d *document) components() object {
	return object{
		"schemas": d.schemas.named,
		"securitySchemes": object{
			"basic":  object{"type": "http", "scheme": "basic"},
			"bearer": object{"type": "http", "scheme": "bearer"},
		},
		"responses": object{"Problem": object{
			"description": "What went wrong (RFC 9457).",
			"headers": object{
				headerRequestID: object{"description": "What the operators can look for.", "schema": object{"type": "string"}},
				"Retry-After":   object{"description": "Seconds after which to try again.", "schema": object{"type": "integer"}},
			},
			"content": object{"application/problem+json": object{"schema": d.schemas.of(problemType)}},
		}},
	}
}

// pathItemMethods are those that OpenAPI has a place for.
var pathItemMethods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace"}

// add describes one route. Of a route for every method the usual ones are
// shown, save those that the path has by themselves.
func (d *document) add(c Container, rt Route) error {
	if rt.Doc.Unlisted {
		return nil
	}
	p, err := parsePattern(rt.Pattern)
	if err != nil {
		return err
	}
	path, names := d.path(strings.TrimSuffix(c.Root, "/"), p)
	item := d.paths[path]
	if item == nil {
		item = object{}
		d.paths[path] = item
	}
	methods := []string{p.method}
	if p.method == "" {
		methods = []string{http.MethodGet, http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodPatch}
	}
	for _, m := range methods {
		m = strings.ToLower(m)
		if _, taken := item[m]; taken || !slices.Contains(pathItemMethods, m) {
			continue
		}
		op, err := d.operation(c, rt, p, names)
		if err != nil {
			return err
		}
		op["operationId"] = operationID(c.Name, m, path)
		item[m] = op
	}
	return nil
}

// path returns the path template and the names of its wildcards. Templates
// that differ in these names only are one path, so the first names stay.
func (d *document) path(root string, p pattern) (string, []string) {
	shape, names := root, []string{}
	for _, s := range p.segments {
		if s.kind == literal {
			shape += "/" + s.text
			continue
		}
		shape += "/{}"
		names = append(names, s.text)
	}
	if shape == "" {
		shape = "/"
	}
	if known, ok := d.wilds[shape]; ok {
		names = known
	}
	d.wilds[shape] = names
	path := shape
	for _, n := range names {
		path = strings.Replace(path, "{}", "{"+n+"}", 1)
	}
	return path, names
}

// operationID is "native_get_jobs_by_id".
func operationID(container, method, path string) string {
	id := container + "_" + method + strings.NewReplacer("/{", "_by_", "/", "_", "}", "").Replace(path)
	return strings.Trim(strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, id), "_")
}

func (d *document) operation(c Container, rt Route, p pattern, names []string) (object, error) {
	op := object{"summary": rt.Doc.Title, "tags": []string{c.Name}, "x-access": rt.Access.Name, "security": []object{}}
	if text := rt.Doc.markdown(); text != "" {
		op["description"] = text
	}
	if rt.Doc.Author != "" {
		op["x-author"] = rt.Doc.Author
	}
	if len(rt.Doc.Tags) > 0 {
		op["tags"] = rt.Doc.Tags
	}
	if rt.Access.Name != who.Public.Name {
		op["security"] = []object{{"basic": []string{}}, {"bearer": []string{}}}
	}
	in, err := d.input(rt, p, names)
	if err != nil {
		return nil, err
	}
	if len(in.parameters) > 0 {
		op["parameters"] = in.parameters
	}
	if in.body != nil {
		op["requestBody"] = in.body
	}
	op["responses"] = d.responses(c, rt, in)
	return op, nil
}
