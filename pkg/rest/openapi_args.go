package rest

import (
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
)

// arguments describes those that come from anywhere: as parameters of the
// query, and, where there may be a body, as members of a JSON object or fields
// of a form as well.
func (d *document) arguments(in *inputDoc, plan *arg.Plan, p pattern, example any) {
	withBody := takesBody(p.method)
	members, fields := object{}, object{}
	for _, f := range plan.Fields() {
		if p.names(f.Name) { // the path has it
			continue
		}
		param := object{"name": f.Name, "in": "query", "schema": d.argumentText(f)}
		if f.Doc != "" {
			param["description"] = f.Doc
		}
		if f.Required && !withBody {
			param["required"] = true
		}
		in.parameters = append(in.parameters, param)
		member := d.schemas.of(f.Type)
		if f.Doc != "" {
			member["description"] = f.Doc
		}
		members[f.Name], fields[f.Name] = member, d.argumentText(f)
	}
	if !withBody {
		return
	}
	json := object{"schema": argumentObject(members, plan.HasRest())}
	if example != nil {
		json["example"] = example
	}
	in.body = object{"content": object{
		"application/json": json,
		body.FormURL:       object{"schema": argumentObject(fields, plan.HasRest())},
	}}
}

func argumentObject(properties object, open bool) object {
	return object{"type": "object", "properties": properties, "additionalProperties": open}
}

// argumentText is the schema of an argument that is given as text.
func (d *document) argumentText(f arg.Field) object {
	schema := d.schemas.text(bare(f.Type))
	if f.As == "dict" {
		schema = object{"type": "string", "contentMediaType": "application/json"}
	}
	if value, ok := f.DefaultValue(); ok {
		schema["default"] = value
	}
	return schema
}
