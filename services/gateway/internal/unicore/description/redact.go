package description

import "github.com/heddle-dev/heddle/services/gateway/internal/lenient"

// hidden stands where a secret or a file's content was.
const hidden = "***"

// Redacted is the document without what must not be shown again: credentials
// and inline data of its imports and exports. (The data is in the Spec.)
func Redacted(doc lenient.Object) lenient.Object {
	for _, key := range []string{"Imports", "Exports"} {
		switch v, _ := doc.Get(key); v := v.(type) {
		case []any:
			list := make([]any, len(v))
			for i := range v {
				list[i] = withoutSecrets(v[i])
			}
			doc = doc.With(key, list)
		case lenient.Object:
			shown := make(lenient.Object, len(v))
			for i, m := range v {
				shown[i] = lenient.Member{Name: m.Name, Value: withoutSecrets(m.Value)}
			}
			doc = doc.With(key, shown)
		}
	}
	return doc
}

func withoutSecrets(v any) any {
	o, ok := v.(lenient.Object)
	if !ok {
		return v
	}
	for _, key := range []string{"Credentials", "Data"} {
		if _, ok := o.Get(key); ok {
			o = o.With(key, hidden)
		}
	}
	return o
}
