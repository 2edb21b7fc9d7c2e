package core4

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

type test func(document) bool

// searching looks for text in names, permissions and what describes, in any case.
func searching(text string) test {
	text = strings.ToLower(text)
	return func(doc document) bool {
		for _, field := range []string{"name", "qual_name", "realname", "author", "doc", "tag", "perm"} {
			if slices.ContainsFunc(values(doc[field]), func(v string) bool { return strings.Contains(strings.ToLower(v), text) }) {
				return true
			}
		}
		return false
	}
}

// all is the conjunction of an object's members.
func (fs fields) all(query map[string]any, depth int) (test, error) {
	if depth > maxNesting {
		return nil, badFilter("it is nested too deeply")
	}
	var tests []test
	for name, want := range query {
		t, err := fs.member(name, want, depth)
		if err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	return func(doc document) bool {
		return !slices.ContainsFunc(tests, func(t test) bool { return !t(doc) })
	}, nil
}

func (fs fields) member(name string, want any, depth int) (test, error) {
	if name == "$and" || name == "$or" {
		return fs.several(name, want, depth)
	}
	if !slices.Contains(fs, name) {
		return nil, badFilter("[%s] is no field to filter by", name)
	}
	operators, isObject := want.(map[string]any)
	if !isObject {
		return equal(name, want)
	}
	var tests []test
	for op, operand := range operators {
		t, err := operator(name, op, operand)
		if err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	return func(doc document) bool {
		return !slices.ContainsFunc(tests, func(t test) bool { return !t(doc) })
	}, nil
}

func (fs fields) several(op string, want any, depth int) (test, error) {
	list, _ := want.([]any)
	var tests []test
	for _, one := range list {
		object, ok := one.(map[string]any)
		if !ok {
			return nil, badFilter("[%s] is a list of objects", op)
		}
		t, err := fs.all(object, depth+1)
		if err != nil {
			return nil, err
		}
		tests = append(tests, t)
	}
	if op == "$or" {
		return func(doc document) bool {
			return slices.ContainsFunc(tests, func(t test) bool { return t(doc) })
		}, nil
	}
	return func(doc document) bool {
		return !slices.ContainsFunc(tests, func(t test) bool { return !t(doc) })
	}, nil
}

func operator(name, op string, operand any) (test, error) {
	switch op {
	case "$eq":
		return equal(name, operand)
	case "$ne":
		t, err := equal(name, operand)
		return func(doc document) bool { return !t(doc) }, err
	case "$in", "$nin":
		list, ok := operand.([]any)
		if !ok {
			return nil, badFilter("[%s] takes a list", op)
		}
		var tests []test
		for _, one := range list {
			t, err := equal(name, one)
			if err != nil {
				return nil, err
			}
			tests = append(tests, t)
		}
		return func(doc document) bool {
			return slices.ContainsFunc(tests, func(t test) bool { return t(doc) }) == (op == "$in")
		}, nil
	default:
		return nil, badFilter("[%s] is no operator", op)
	}
}

var literal = regexp.MustCompile(`^[A-Za-z0-9_/-]*$`)

// equal is the equality of a field, or of one of its values if it has several.
// A text with other than word characters is a regular expression.
func equal(name string, want any) (test, error) {
	text, isText := want.(string)
	if !isText || literal.MatchString(text) {
		return func(doc document) bool { return slices.Contains(values(doc[name]), fmt.Sprint(want)) }, nil
	}
	re, err := regexp.Compile(text)
	if err != nil {
		return nil, badFilter("[%s] is no regular expression", text)
	}
	return func(doc document) bool { return slices.ContainsFunc(values(doc[name]), re.MatchString) }, nil
}

func values(v any) []string {
	if list, ok := v.([]string); ok {
		return list
	}
	return []string{fmt.Sprint(v)}
}
