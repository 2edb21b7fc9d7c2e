package search

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// test judges the value of a field.
type test func(any) bool

// value reads what a field is compared with: a text, a number, True, False,
// None, a list of these, or a function, which is a test.
func (p *parser) value() (any, error) {
	t := p.next()
	switch {
	case t.kind == text:
		return t.text, nil
	case t.kind == number:
		return t.value, nil
	case t.kind == sign && t.text == "[":
		return p.list("]")
	case t.kind != name:
		return nil, ErrNone
	}
	if v, ok := constants[t.text]; ok {
		return v, nil
	}
	if !p.take("(") {
		return nil, ErrNone
	}
	args, err := p.list(")")
	if err != nil {
		return nil, err
	}
	return call(t.text, args)
}

var constants = map[string]any{"True": true, "true": true, "False": false, "false": false, "None": nil, "null": nil}

func (p *parser) list(closing string) ([]any, error) {
	out := []any{}
	for !p.take(closing) {
		if len(out) > 0 && !p.take(",") {
			return nil, ErrNone
		}
		if len(out) == maxList {
			return nil, fmt.Errorf("a list may have %d values", maxList)
		}
		if p.take(closing) { // after a comma
			break
		}
		if p.at < len(p.tokens) && p.tokens[p.at].text == "[" && closing == "]" {
			return nil, ErrNone
		}
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// call makes a function's value.
func call(function string, args []any) (any, error) {
	texts := make([]string, len(args))
	for i, a := range args {
		texts[i], _ = a.(string)
	}
	switch {
	case function == "regex" && (len(args) == 1 || len(args) == 2) && texts[0] != "":
		return pattern(texts)
	case function == "date" && len(args) == 1:
		return date(texts[0])
	case function == "exists" && len(args) == 1:
		want, ok := args[0].(bool)
		if ok {
			return test(func(have any) bool { return (have != nil) == want }), nil
		}
	case function == "size" && len(args) == 1:
		return test(func(have any) bool { list, ok := have.([]string); return ok && equal(len(list), args[0]) }), nil
	case function == "all" && len(args) == 1:
		list, ok := args[0].([]any)
		if ok {
			return test(func(have any) bool {
				return !slices.ContainsFunc(list, func(one any) bool { return !equal(have, one) })
			}), nil
		}
	}
	return nil, fmt.Errorf("has no function %s with such arguments; there are regex, date, exists, size and all", function)
}

// pattern is one of RE2, found anywhere in a text; of the options "i" is heard.
func pattern(texts []string) (any, error) {
	flags := ""
	if len(texts) == 2 && strings.Contains(texts[1], "i") {
		flags = "(?i)"
	}
	re, err := regexp.Compile(flags + texts[0])
	if err != nil {
		return nil, fmt.Errorf("has a pattern that cannot be read: %w", err)
	}
	return test(func(have any) bool {
		switch v := have.(type) {
		case string:
			return re.MatchString(v)
		case []string:
			return slices.ContainsFunc(v, re.MatchString)
		}
		return false
	}), nil
}

// date is a moment as listings spell it.
func date(s string) (any, error) {
	for _, layout := range []string{time.DateOnly, time.DateTime, "2006-01-02T15:04:05", "2006-01-02T15:04:05.999999"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format("2006-01-02T15:04:05.000000"), nil
		}
	}
	return nil, fmt.Errorf("has a date that cannot be read, %q; write it as 2026-11-21", s)
}

// comparison is a sign with what stands behind it.
func comparison(op string, want any) (test, error) {
	is, isTest := want.(test)
	list, isList := want.([]any)
	switch {
	case op == "==" && isTest:
		return is, nil
	case op == "!=" && isTest:
		return func(have any) bool { return !is(have) }, nil
	case op == "==":
		return func(have any) bool { return equal(have, want) }, nil
	case op == "!=":
		return func(have any) bool { return !equal(have, want) }, nil
	case op == "in" && isList:
		return func(have any) bool { return slices.ContainsFunc(list, func(one any) bool { return equal(have, one) }) }, nil
	case orders[op] != nil && !isList && !isTest:
		return func(have any) bool { n, ok := order(have, want); return ok && orders[op](n) }, nil
	}
	return nil, ErrNone
}

var orders = map[string]func(int) bool{
	"<": func(n int) bool { return n < 0 }, "<=": func(n int) bool { return n <= 0 },
	">": func(n int) bool { return n > 0 }, ">=": func(n int) bool { return n >= 0 },
}

// equal compares as MongoDB does: a list is equal to each of its values, too.
func equal(have, want any) bool {
	if is, ok := want.(test); ok {
		return is(have)
	}
	if list, ok := have.([]string); ok {
		if all, ok := want.([]any); ok {
			return slices.EqualFunc(list, all, func(a string, b any) bool { return equal(a, b) })
		}
		return slices.ContainsFunc(list, func(one string) bool { return equal(one, want) })
	}
	if have == nil || want == nil {
		return have == nil && want == nil
	}
	n, ok := order(have, want)
	return ok && n == 0
}

// order compares values of one kind.
func order(a, b any) (int, bool) {
	switch a := plain(a).(type) {
	case float64:
		b, ok := plain(b).(float64)
		return cmp.Compare(a, b), ok
	case string:
		b, ok := b.(string)
		return cmp.Compare(a, b), ok
	case bool:
		b, ok := b.(bool)
		return map[bool]int{true: 0, false: 1}[a == b], ok
	}
	return 0, false
}

func plain(v any) any {
	if n, ok := v.(int); ok {
		return float64(n)
	}
	return v
}
