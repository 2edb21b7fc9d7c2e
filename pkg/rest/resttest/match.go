package resttest

import (
	"encoding/json"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// names are what stands for "{name}" so far.
type names map[string]string

var placeholder = regexp.MustCompile(`\{[a-z][a-z_]*\}|\*`)

// fill puts what is known in place of its names.
func (n names) fill(text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(s string) string {
		if value, ok := n[s]; ok {
			return value
		}
		return s
	})
}

// match compares a text with a pattern, and learns what its names stand for.
func (n names) match(pattern, got string) bool {
	var expr strings.Builder
	var learned []string
	at := 0
	for _, m := range placeholder.FindAllStringIndex(pattern, -1) {
		expr.WriteString(regexp.QuoteMeta(pattern[at:m[0]]))
		at = m[1]
		name := pattern[m[0]:m[1]]
		switch value, known := n[name]; {
		case name == "*":
			expr.WriteString("(?s:.*)")
		case known:
			expr.WriteString(regexp.QuoteMeta(value))
		default:
			learned = append(learned, name)
			expr.WriteString("(.+?)")
		}
	}
	expr.WriteString(regexp.QuoteMeta(pattern[at:]))
	found := regexp.MustCompile("^" + expr.String() + "$").FindStringSubmatch(got)
	if found == nil {
		return false
	}
	for i, name := range learned {
		n[name] = found[i+1]
	}
	return true
}

// check compares an answer with what is said of it.
func (e exchange) check(n names, a answer) error {
	at := e.method + " " + n.fill(e.target)
	if a.code != e.status {
		return fmt.Errorf("%s: %d instead of %d: %.500s", at, a.code, e.status, a.body)
	}
	for _, h := range e.wantHeader {
		if got := strings.Join(a.header.Values(h.name), ", "); !n.match(h.value, got) {
			return fmt.Errorf("%s: the header %s is %q instead of %q", at, h.name, got, h.value)
		}
	}
	if e.wantBody == "" {
		return nil
	}
	if err := n.body(e.wantBody, a.body); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return nil
}

// body compares a body or a frame, which may be JSON, with what is said of it.
func (n names) body(said, body string) error {
	want, isJSON := value(said)
	if !isJSON {
		if !n.match(strings.TrimSpace(said), strings.TrimSpace(body)) {
			return fmt.Errorf("the body is %.2000q", body)
		}
		return nil
	}
	got, isJSON := value(body)
	if !isJSON {
		return fmt.Errorf("the body is no JSON: %.500s", body)
	}
	if err := n.shape("body", want, got); err != nil {
		return fmt.Errorf("%w in %.500s", err, body)
	}
	return nil
}

// value reads JSON, with its numbers as they are written.
func value(text string) (v any, ok bool) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if d.Decode(&v) != nil {
		return nil, false
	}
	_, err := d.Token()
	return v, err == io.EOF //nolint:errorlint // the decoder gives this very value
}

// shape compares a value with what is said of it; where is for the error.
func (n names) shape(where string, want, got any) error {
	switch want := want.(type) {
	case string:
		text, isText := got.(string)
		if number, ok := got.(json.Number); ok {
			text, isText = number.String(), strings.Contains(want, "{")
		}
		if want == "*" || isText && n.match(want, text) {
			return nil
		}
	case json.Number:
		number, ok := got.(json.Number)
		a, _ := want.Float64()
		if b, err := number.Float64(); ok && err == nil && a == b {
			return nil
		}
	case map[string]any:
		object, _ := got.(map[string]any)
		for name, value := range want {
			member, ok := object[name]
			if !ok {
				return fmt.Errorf("there is no %s.%s", where, name)
			}
			if err := n.shape(where+"."+name, value, member); err != nil {
				return err
			}
		}
		if object != nil {
			return nil
		}
	case []any:
		list, isList := got.([]any)
		open := len(want) > 0 && want[len(want)-1] == "..."
		if open {
			want = want[:len(want)-1]
		}
		if !isList || len(list) < len(want) || !open && len(list) > len(want) {
			break
		}
		for i := range want {
			if err := n.shape(fmt.Sprintf("%s[%d]", where, i), want[i], list[i]); err != nil {
				return err
			}
		}
		return nil
	default:
		if want == got {
			return nil
		}
	}
	return fmt.Errorf("%s is %v instead of %v", where, got, want)
}
