package rest

import (
	"encoding"
	"encoding/json"
	"maps"
	"path"
	"reflect"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/internal/scalar"
)

// schemas turns Go types into JSON Schema (2020-12, as OpenAPI 3.1 has it).
// Structs with a name become components.
type schemas struct {
	named object
	names map[reflect.Type]string
}

func newSchemas() *schemas {
	return &schemas{named: object{}, names: map[reflect.Type]string{}}
}

var (
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
)

// bare is the type behind pointers.
func bare(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// of is the schema of a type as encoding/json writes it.
func (s *schemas) of(t reflect.Type) object {
	t = bare(t)
	switch p := reflect.PointerTo(t); {
	case t == scalar.Time:
		return object{"type": "string", "format": "date-time"}
	case t == scalar.Duration:
		return object{"type": "integer", "description": "nanoseconds"}
	case p.Implements(textMarshaler):
		return object{"type": "string"}
	case p.Implements(jsonMarshaler):
		return object{}
	}
	switch t.Kind() {
	case reflect.Struct:
		return s.structure(t)
	case reflect.Map:
		return object{"type": "object", "additionalProperties": s.of(t.Elem())}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return object{"type": "string", "contentEncoding": "base64"}
		}
		return object{"type": "array", "items": s.of(t.Elem())}
	}
	return s.text(t)
}

// texts are the schemas of scalars as the binder reads them; what is no scalar
// may be anything.
var texts = scalar.Table[object]{
	Time: object{"type": "string", "format": "date-time"}, Duration: object{"type": "string"}, Text: object{"type": "string"},
	String: object{"type": "string"}, Bool: object{"type": "boolean"}, Int: object{"type": "integer"},
	Uint: object{"type": "integer", "minimum": 0}, Float: object{"type": "number"},
}

// text is the schema of a type as the binder reads it.
func (s *schemas) text(t reflect.Type) object {
	if t.Kind() == reflect.Slice && !scalar.IsText(t) {
		return object{"type": "array", "items": s.text(t.Elem())}
	}
	schema := object{} // callers add to it
	sort, _ := texts.Of(t)
	maps.Copy(schema, sort)
	return schema
}

func (s *schemas) structure(t reflect.Type) object {
	if t.Name() == "" {
		return s.properties(t)
	}
	name, known := s.names[t]
	if !known {
		name = s.name(t)
		s.names[t] = name
		s.named[name] = object{} // holds the name while t refers to itself
		s.named[name] = s.properties(t)
	}
	return object{"$ref": "#/components/schemas/" + name}
}

// name is the type's own, and with its package's if that is taken.
func (s *schemas) name(t reflect.Type) string {
	own := componentName(t.Name())
	own = strings.ToUpper(own[:1]) + own[1:]
	if _, taken := s.named[own]; taken {
		return path.Base(t.PkgPath()) + "." + own
	}
	return own
}

// componentName takes the package paths out of a generic type's name.
func componentName(name string) string {
	base, args, generic := strings.Cut(name, "[")
	if !generic {
		return name
	}
	for arg := range strings.SplitSeq(strings.TrimSuffix(args, "]"), ",") {
		base += "_" + arg[strings.LastIndexAny(arg, "./*")+1:]
	}
	return strings.Trim(strings.NewReplacer("[", "_", "]", "").Replace(base), "_")
}

func (s *schemas) properties(t reflect.Type) object {
	props := object{}
	var required []string
	for _, m := range jsonFields(t) {
		schema := s.of(m.typ)
		if m.null && !m.required {
			schema = orNull(schema)
		}
		if m.doc != "" {
			schema["description"] = m.doc // beside a $ref too: 3.1 allows it
		}
		props[m.name] = schema
		if m.required {
			required = append(required, m.name)
		}
	}
	out := object{"type": "object", "properties": props}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

// orNull lets a schema take null as well.
func orNull(schema object) object {
	if t, ok := schema["type"].(string); ok {
		schema["type"] = []string{t, "null"}
		return schema
	}
	if _, ok := schema["$ref"]; ok {
		return object{"anyOf": []object{schema, {"type": "null"}}}
	}
	return schema
}
