package rest

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
	"github.com/heddle-dev/heddle/pkg/rest/internal/scalar"
	"github.com/heddle-dev/heddle/pkg/who"
)

// inputDoc is what an operation takes.
type inputDoc struct {
	parameters []object
	body       object
}

// input describes the request of a route, from the same binder that reads it.
func (d *document) input(rt Route, p pattern, names []string) (inputDoc, error) {
	var in inputDoc
	q, _ := rt.impl.types()
	if q == nil {
		for i, w := range p.wilds {
			in.parameters = append(in.parameters, pathParameter(w, names[i], object{"type": "string"}))
		}
		for _, name := range rt.Query {
			in.parameters = append(in.parameters, object{"name": name, "in": "query", "schema": object{"type": "string"}})
		}
		return in, nil
	}
	b, err := newBinder(q, p)
	if err != nil {
		return in, err
	}
	for i, w := range p.wilds {
		param := pathParameter(w, names[i], object{"type": "string"})
		if f, ok := b.wild(w); ok {
			sf := q.FieldByIndex(f.index)
			if !f.list {
				param["schema"] = d.textSchema(sf, f)
			}
			if doc := sf.Tag.Get("doc"); doc != "" {
				param["description"] = doc
			}
		}
		in.parameters = append(in.parameters, param)
	}
	form := object{}
	for _, f := range b.fields {
		sf := q.FieldByIndex(f.index)
		for _, s := range f.sources {
			switch s.from {
			case "query", "header":
				in.parameters = append(in.parameters, d.parameter(sf, f, s))
			case "form":
				form[s.name] = d.textSchema(sf, f)
			}
		}
	}
	switch {
	case b.args != nil:
		d.arguments(&in, b.args, p, rt.Doc.Request)
	case b.body != nil:
		in.body = d.jsonBody(q.FieldByIndex(b.body.index), b.body.required, rt.Doc.Request)
	case len(form) > 0:
		in.body = object{"content": object{body.FormURL: object{"schema": object{"type": "object", "properties": form}}}}
	}
	return in, nil
}

func pathParameter(w segment, name string, schema object) object {
	p := object{"name": name, "in": "path", "required": true, "schema": schema}
	if w.kind == tail {
		p["description"] = "The rest of the path; slashes are not escaped."
	}
	return p
}

// wild is the field that takes a wildcard, if one does.
func (b *binder) wild(w segment) (field, bool) {
	for _, f := range b.fields {
		if slices.Contains(f.sources, source{"path", w.text}) {
			return f, true
		}
	}
	return field{}, false
}

func (d *document) parameter(sf reflect.StructField, f field, s source) object {
	p := object{"name": s.name, "in": s.from, "schema": d.textSchema(sf, f)}
	if doc := sf.Tag.Get("doc"); doc != "" {
		p["description"] = doc
	}
	if f.required && len(f.sources) == 1 {
		p["required"] = true
	}
	return p
}

// textSchema is the schema of a field that is given as text.
func (d *document) textSchema(sf reflect.StructField, f field) object {
	t := bare(sf.Type)
	schema := d.schemas.text(t)
	if f.fallback != nil {
		v := reflect.New(sf.Type).Elem()
		_ = f.set(v, f.fallback) // tried by newBinder
		schema["default"] = v.Interface()
		if t == scalar.Duration {
			schema["default"] = f.fallback[0]
		}
	}
	return schema
}

func (d *document) jsonBody(sf reflect.StructField, required bool, example any) object {
	content := object{"schema": d.schemas.of(sf.Type)}
	if example != nil {
		content["example"] = example
	}
	body := object{"required": required, "content": object{"application/json": content}}
	if doc := sf.Tag.Get("doc"); doc != "" {
		body["description"] = doc
	}
	return body
}

// usual are the statuses that follow from what a route takes.
func (in inputDoc) usual(access who.Rule) []int {
	var out []int
	if len(in.parameters) > 0 || in.body != nil {
		out = append(out, http.StatusBadRequest)
	}
	if access.Name != who.Public.Name {
		out = append(out, http.StatusUnauthorized, http.StatusForbidden)
	}
	if in.body != nil {
		out = append(out, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType)
	}
	return out
}
