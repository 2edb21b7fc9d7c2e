package description

import (
	"regexp"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

// variable is one name of the job's environment.
type variable struct{ name, value string }

var variableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

// environment reads Parameters and Environment, in the order of the document;
// a later value of a name wins in the earlier one's place. Values that a
// shell would leave alone are the job's plain environment; the others are
// exports of the script, so that they expand there.
func (r *reader) environment(doc lenient.Object) (plain map[string]string, exports []variable) {
	all := r.variables(doc)
	at := map[string]int{}
	var order []variable
	for _, v := range all {
		if i, ok := at[v.name]; ok {
			order[i] = v
			continue
		}
		at[v.name] = len(order)
		order = append(order, v)
	}
	for _, v := range order {
		if strings.ContainsAny(v.value, "$`\\") {
			exports = append(exports, v)
			continue
		}
		if plain == nil {
			plain = map[string]string{}
		}
		plain[v.name] = v.value
	}
	return plain, exports
}

func (r *reader) variables(doc lenient.Object) []variable {
	var all []variable
	add := func(key, name string, value any) {
		text, ok := lenient.Text(value)
		switch {
		case !ok && value != nil:
			r.problem(key+"."+name, "must be a text%s", sweep(value))
		case !variableName.MatchString(name) || strings.ContainsRune(text, 0):
			r.problem(key, "%q cannot be an environment variable", name)
		default:
			all = append(all, variable{name, text})
		}
	}
	for _, key := range []string{"Parameters", "Environment"} {
		v, ok := doc.Get(key)
		if !ok {
			continue
		}
		list, isList := v.([]any)
		switch members, isMap := v.(lenient.Object); {
		case isMap:
			for _, m := range members {
				add(key, m.Name, m.Value)
			}
		case isList && key == "Environment":
			for _, item := range list {
				text, _ := lenient.Text(item)
				name, value, _ := strings.Cut(text, "=")
				add(key, strings.TrimSpace(name), value)
			}
		default:
			r.problem(key, "must be a map%s", map[string]string{"Environment": " or a list of NAME=value"}[key])
		}
	}
	return all
}
