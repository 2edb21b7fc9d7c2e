package arg

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// Bind fills dst, a struct of the plan's type that can be set, and returns
// what is wrong, all of it. positional are the decoded segments of the path
// that are arguments; the elements of a JSON list body follow them. A value
// that came both by position and by name must be the same.
func (p *Plan) Bind(dst reflect.Value, v Values, positional ...string) []Problem {
	b := binding{plan: p, dst: dst, values: v}
	if b.wholeBody(len(positional)) {
		return b.bad
	}
	for _, text := range positional {
		b.given = append(b.given, value{text, true})
	}
	for _, raw := range v.list {
		b.given = append(b.given, value{raw: raw})
	}
	taken := b.byPosition()
	for i := range p.fields {
		if !slices.Contains(taken, i) {
			b.byName(&p.fields[i])
		}
	}
	b.others()
	return b.bad
}

type binding struct {
	plan   *Plan
	dst    reflect.Value
	values Values
	given  []value // by position
	bad    []Problem
}

func (b *binding) set(f *Field, in input) {
	if err := f.set(b.dst.FieldByIndex(f.index), in); err != nil {
		b.bad = append(b.bad, mistyped(f.Name, f.Type, err))
	}
}

// wholeBody gives a JSON body as a whole to the only argument there is, if
// that is a list or an object. A list of one is one argument all the same,
// save where a list is wanted.
func (b *binding) wholeBody(positional int) bool {
	whole, ok := b.values.JSON()
	p := b.plan
	if !ok || !b.values.strict || positional > 0 || len(p.fields) != 1 || p.tail != nil || p.rest != nil {
		return false
	}
	f := &p.fields[0]
	list, isList := whole.([]any)
	object, isObject := whole.(map[string]any)
	_, named := object[f.Name]
	switch kind := bare(f.Type).Kind(); {
	case kind == reflect.Slice && isList && !(len(list) == 1 && holdsList(list[0]) && !nested(f.Type)):
	case kind == reflect.Interface && isList && len(list) != 1:
	case (kind == reflect.Interface || f.As == "dict") && isObject && !named:
	default:
		return false
	}
	b.set(f, input{value: value{raw: whole}, strict: true})
	return true
}

func holdsList(raw any) bool {
	_, ok := raw.([]any)
	return ok
}

// nested reports whether a list's elements are lists, or may be.
func nested(t reflect.Type) bool {
	k := bare(bare(t).Elem()).Kind()
	return k == reflect.Slice || k == reflect.Interface
}

// byPosition sets what came by position, and returns which fields those are.
func (b *binding) byPosition() (taken []int) {
	p := b.plan
	n := min(len(b.given), len(p.positional))
	taken = p.positional[:n]
	for i, at := range taken {
		f, one := &p.fields[at], b.given[i]
		if last, both := b.values.last(f.Name); both && !f.Path && textOf(last.raw) != textOf(one.raw) {
			b.bad = append(b.bad, Problem{Name: f.Name, Text: "is given twice, with different values"})
			continue
		}
		in := input{value: one, strict: b.values.strict}
		if in.strict && in.text && isList(f.Type) {
			in.all = []value{one}
		}
		b.set(f, in)
	}
	more := b.given[n:]
	switch {
	case p.tail != nil:
		b.set(p.tail, tailInput(more, b.values.strict))
	case len(more) > 0:
		b.bad = append(b.bad, Problem{Name: "arguments", Text: fmt.Sprintf("are %d; %d are taken by position", len(b.given), n)})
	}
	return taken
}

func tailInput(values []value, strict bool) input {
	list := make([]any, len(values))
	for i, one := range values {
		list[i] = one.raw
	}
	return input{value: value{raw: list}, strict: strict, all: values}
}

func (b *binding) byName(f *Field) {
	last, ok := b.values.last(f.Name)
	switch {
	case ok && !f.Path:
		b.set(f, b.values.input(f.Name, last, f.Type))
	case f.Default != nil:
		_ = f.fallBack(b.dst.FieldByIndex(f.index)) // tried by Compile
	case f.Required:
		b.bad = append(b.bad, missing(f.Name))
	}
}

// others are the arguments that no field has the name of: the rest takes
// them, else those of a JSON body are refused by the strict rules.
func (b *binding) others() {
	switch {
	case b.plan.rest != nil:
		rest := map[string]any{}
		for name := range b.values.named {
			if !b.plan.names(name) {
				rest[name] = b.values.every(name)
			}
		}
		b.dst.FieldByIndex(b.plan.rest).Set(reflect.ValueOf(rest))
	case b.values.strict:
		object, _ := b.values.whole.(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(object)) {
			if len(b.bad) < maxProblems && !b.plan.names(name) {
				b.bad = append(b.bad, Problem{Name: clip(name), Text: "is unknown"})
			}
		}
	}
}

// maxProblems bounds what one answer lists of names that were made up, and
// clip what it repeats of each.
const maxProblems = 50

func clip(name string) string {
	if len(name) > 100 {
		return strings.ToValidUTF8(name[:100], "") + "…"
	}
	return name
}

// names reports whether an argument of the name has a field.
func (p *Plan) names(name string) bool {
	return slices.ContainsFunc(p.fields, func(f Field) bool { return f.Name == name && !f.Path })
}

// every is the one value of a name, or a list of its several ones.
func (v Values) every(name string) any {
	all := v.named[name]
	if len(all) == 1 {
		return all[0].raw
	}
	list := make([]any, len(all))
	for i, one := range all {
		list[i] = one.raw
	}
	return list
}
