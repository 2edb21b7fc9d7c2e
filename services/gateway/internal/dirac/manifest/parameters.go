package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

// Expand makes one manifest of each set of a parametric manifest's values, at
// most most; a manifest without parameters is returned as it is. A wrong one
// is one Invalid fault.
func Expand(doc lenient.Object, most int) ([]lenient.Object, error) {
	p := parametric{most: most}
	p.read(doc)
	if len(p.problems) == 0 && p.series == nil && len(p.vectors) == 0 {
		return []lenient.Object{doc}, nil
	}
	n := p.length()
	if len(p.problems) > 0 {
		f := fault.New(fault.Invalid, CodeInvalid, "The parameters of the manifest are not valid.")
		f.Fields = p.problems
		return nil, f
	}
	out := make([]lenient.Object, n)
	for i := range out {
		out[i] = p.child(i, n)
	}
	return out, nil
}

// parametric is a manifest taken apart.
type parametric struct {
	most     int
	rest     lenient.Object // without the parameters
	vectors  []vector
	series   map[string]any // of the unnamed parameter: parameters, parameterstart, …
	bare     bool           // Parameters is there
	problems []fault.Field
}

func (p *parametric) problem(name, format string, args ...any) {
	p.problems = append(p.problems, fault.Field{Name: name, Message: fmt.Sprintf(format, args...)})
}

// The keys of a parameter, in lower case; all but the first are of a series.
const (
	keyParameters = "parameters"
	keyStart      = "parameterstart"
	keyStep       = "parameterstep"
	keyFactor     = "parameterfactor"
)

func (p *parametric) read(doc lenient.Object) {
	for _, m := range doc {
		key, name, named := strings.Cut(m.Name, ".")
		key = strings.ToLower(key)
		switch {
		case m.Value == nil:
		case key != keyParameters && key != keyStart && key != keyStep && key != keyFactor:
			p.rest = append(p.rest, m)
		case named && key != keyParameters:
			p.problem(m.Name, "has no meaning: the values of a named parameter are a list, Parameters.%s", name)
		case named:
			p.vector(m, name)
		default:
			if p.series == nil {
				p.series = map[string]any{}
			}
			p.series[key] = m.Value
		}
	}
	if p.series != nil {
		p.unnamed()
	}
	if len(p.vectors) > 0 && !p.bare {
		p.problem("Parameters", "is missing: how many values there are")
	}
}

// child is the manifest of index i of n.
func (p *parametric) child(i, n int) lenient.Object {
	index := fmt.Sprintf("%0*d", len(strconv.Itoa(n-1)), i)
	pairs := []string{"%n", index}
	var own lenient.Object
	for _, v := range p.vectors {
		if v.name == "" {
			pairs = append(pairs, "%s", v.values[i])
			own = append(own, lenient.Member{Name: "Parameter", Value: v.values[i]})
		} else {
			pairs = append(pairs, "%("+v.name+")s", v.values[i])
			own = append(own, lenient.Member{Name: "Parameter." + v.name, Value: v.values[i]})
		}
	}
	doc, _ := replaced(p.rest, strings.NewReplacer(pairs...)).(lenient.Object)
	return append(append(doc, own...), lenient.Member{Name: "ParameterNumber", Value: lenient.Number(strconv.Itoa(i))})
}

// replaced is a value with all its texts replaced.
func replaced(v any, by *strings.Replacer) any {
	switch v := v.(type) {
	case string:
		return by.Replace(v)
	case []string:
		out := make([]string, len(v))
		for i, s := range v {
			out[i] = by.Replace(s)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			out[i] = replaced(item, by)
		}
		return out
	case lenient.Object:
		out := make(lenient.Object, len(v))
		for i, m := range v {
			out[i] = lenient.Member{Name: m.Name, Value: replaced(m.Value, by)}
		}
		return out
	}
	return v
}
