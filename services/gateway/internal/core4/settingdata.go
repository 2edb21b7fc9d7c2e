package core4

import (
	"encoding/json"
	"net/http"
	"reflect"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/app"
)

// merged is what b says, and of a what b does not say. Objects are merged all
// the way down.
func merged(a, b map[string]any) map[string]any {
	out := map[string]any{}
	for key, v := range a {
		out[key] = v
	}
	for key, v := range b {
		x, ok := out[key].(map[string]any)
		y, both := v.(map[string]any)
		if ok && both {
			v = merged(x, y)
		}
		out[key] = v
	}
	return out
}

// falsy is what core4 takes for nothing.
func falsy(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case json.Number:
		n, err := v.Float64()
		return err == nil && n == 0
	default:
		r := reflect.ValueOf(v)
		return r.IsZero() || (r.Kind() == reflect.Map || r.Kind() == reflect.Slice) && r.Len() == 0
	}
}

// checkSetting holds the rules of the first two levels: objects of objects,
// with names that are not empty; a name that begins with an underscore must be
// one of the defaults'.
func checkSetting(change map[string]any) error {
	if change == nil {
		return app.Error(http.StatusBadRequest, "parameter [data] expected as_type [dict]")
	}
	for name, v := range change {
		second, ok := v.(map[string]any)
		_, known := defaultSetting()[name]
		switch {
		case !ok:
			return app.Error(http.StatusBadRequest, "setting [%s] expected as_type [dict]", name)
		case name == "" || strings.HasPrefix(name, "_") && !known:
			return app.Error(http.StatusBadRequest, "key [%s] is not allowed", name)
		}
		if _, empty := second[""]; empty {
			return app.Error(http.StatusBadRequest, "setting [%s] has an empty key", name)
		}
	}
	return nil
}

// without is an object without what is at a path; false if nothing is there.
// What is then empty goes, too.
func without(object map[string]any, path []string) (map[string]any, bool) {
	if len(path) == 0 {
		return nil, len(object) > 0
	}
	v, ok := object[path[0]]
	if !ok {
		return nil, false
	}
	out := map[string]any{}
	for key, v := range object {
		if key != path[0] {
			out[key] = v
		}
	}
	if len(path) == 1 {
		return out, true
	}
	below, _ := v.(map[string]any)
	rest, ok := without(below, path[1:])
	if len(rest) > 0 {
		out[path[0]] = rest
	}
	return out, ok
}
