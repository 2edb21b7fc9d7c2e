package tornado

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// doc describes an endpoint by its options, without a text of its own by that
// of its handler; OpenAPI has its arguments.
func (t *target) doc(verb string) rest.Doc {
	o := t.options
	d := rest.Doc{
		Title: cmp.Or(o.title, strings.ToLower(verb)+" "+t.name), Text: cmp.Or(o.text, t.api.meta.Doc), Author: t.api.meta.Author,
		Tags: []string{t.api.info.Component}, Request: o.request, Response: o.response, Errors: o.errors,
	}
	return d
}

func (t *target) arguments() string {
	var b strings.Builder
	for _, f := range t.plan.Fields() {
		need := "optional"
		switch {
		case f.Required:
			need = "required"
		case f.Default != nil:
			need = "default `" + *f.Default + "`"
		}
		fmt.Fprintf(&b, "- `%s` (%s, %s)", f.Name, f.As, need)
		if f.Doc != "" {
			b.WriteString(": " + f.Doc)
		}
		b.WriteByte('\n')
	}
	if t.plan.HasTail() {
		b.WriteString("- further segments of the path\n")
	}
	if t.plan.HasRest() {
		b.WriteString("- any other argument\n")
	}
	return b.String()
}

// about introduces the handlers of a port.
func (a *App) about(port int) string {
	texts := []string{a.cfg.Doc}
	for _, one := range a.apis {
		if m := one.meta; one.port == port && m.Title+m.Doc != "" {
			texts = append(texts, fmt.Sprintf("%s: %s", one.info.Component, strings.TrimSpace(m.Title+"\n\n"+m.Doc)))
		}
	}
	return strings.TrimSpace(strings.Join(texts, "\n\n"))
}

// described is the type of the endpoint's answers, or nil if they are not of one.
func (t *target) described() reflect.Type {
	if t.answer == nil || t.answer.Kind() == reflect.Interface || t.answer.Kind() == reflect.Func {
		return nil
	}
	switch t.answer {
	case reflect.TypeFor[Result](), reflect.TypeFor[*Result](), reflect.TypeFor[*Response]():
		return nil
	}
	return t.answer
}

// rpcDoc describes a handler's RPC methods.
func rpcDoc(a *api) rest.Doc {
	var b strings.Builder
	b.WriteString("The form field `method` names a method, `args` is the JSON list of its arguments. The answer is S_OK or S_ERROR.\n")
	for _, t := range a.targets {
		if t.export {
			fmt.Fprintf(&b, "\n`%s` (%s): %s\n\n%s", t.name, t.rule.Name, cmp.Or(t.options.title, t.name), t.arguments())
		}
	}
	return rest.Doc{Title: a.info.Component + " by RPC", Text: b.String(), Tags: []string{a.info.Component}}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
