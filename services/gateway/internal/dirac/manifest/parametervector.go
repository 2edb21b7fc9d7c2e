package manifest

import (
	"math"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

// vector is the values of one parameter; the unnamed one has no name.
type vector struct {
	name   string
	values []string
}

// vector reads a list of values.
func (p *parametric) vector(m lenient.Member, name string) {
	items, isList := m.Value.([]any)
	if !isList {
		p.problem(m.Name, "must be a list of values")
		return
	}
	values, err := texts(items)
	if err != nil {
		p.problem(m.Name, "must be a list of values")
	}
	if name == "" { // it comes first: the others are measured by it
		p.vectors = append([]vector{{"", values}}, p.vectors...)
		return
	}
	p.vectors = append(p.vectors, vector{name, values})
}

// unnamed reads the unnamed parameter: a list, or a series of numbers.
func (p *parametric) unnamed() {
	v, ok := p.series[keyParameters]
	if !ok {
		return // length says that Parameters is missing
	}
	p.bare = true
	if _, isList := v.([]any); isList {
		p.vector(lenient.Member{Name: "Parameters", Value: v}, "")
		return
	}
	s, _ := lenient.Text(v)
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil {
		p.problem("Parameters", "must be a number of values, or a list of them")
		return
	}
	if n < 1 || n > p.most {
		p.problem("Parameters", "has %d values; it may have 1 to %d", n, p.most)
		return
	}
	p.vectors = append([]vector{{"", p.numbers(n)}}, p.vectors...)
}

// maxNumber is the largest integer up to which a float64 has all of them.
const maxNumber = 1 << 53

// numbers are the n values of a series: each is the one before times the
// factor, and the step more. They are integers if all is.
func (p *parametric) numbers(n int) []string {
	start, _ := p.number(keyStart, "ParameterStart", 1)
	step, stepFloat := p.number(keyStep, "ParameterStep", 0)
	factor, factorFloat := p.number(keyFactor, "ParameterFactor", 1)
	write := func(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }
	if stepFloat || factorFloat || start != math.Trunc(start) {
		write = decimal
	}
	out := make([]string, 0, n)
	for v := start; len(out) < n; v = v*factor + step {
		if math.Abs(v) > maxNumber {
			p.problem("Parameters", "become numbers larger than %.0f", float64(maxNumber))
			return nil
		}
		out = append(out, write(v))
	}
	return out
}

// number reads a number, and whether it was written as no integer.
func (p *parametric) number(key, name string, otherwise float64) (v float64, float bool) {
	given, ok := p.series[key]
	if !ok {
		return otherwise, false
	}
	s, _ := lenient.Text(given)
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsInf(v, 0) || math.IsNaN(v) {
		p.problem(name, "must be a number")
	}
	return v, strings.ContainsAny(s, ".eE")
}

// decimal writes a number with at least one digit after the point.
func decimal(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// length is how many children there are: all vectors are equally long.
func (p *parametric) length() int {
	if p.series != nil && !p.bare {
		p.problem("Parameters", "is missing: how many values there are")
	}
	if len(p.problems) > 0 {
		return 0
	}
	n := len(p.vectors[0].values)
	if n < 1 || n > p.most {
		p.problem("Parameters", "has %d values; it may have 1 to %d", n, p.most)
	}
	for _, v := range p.vectors {
		if len(v.values) != n {
			p.problem("Parameters."+v.name, "has %d values where another parameter has %d", len(v.values), n)
		}
	}
	return n
}
