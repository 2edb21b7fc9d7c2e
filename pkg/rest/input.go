package rest

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// bind reads the request into q. All that is wrong is told at once.
func (b *binder) bind(c *call, q reflect.Value) error {
	in := input{c: c}
	if b.hasForm {
		if err := in.readForm(); err != nil {
			return err
		}
	}
	var bad []fault.Field
	if b.hasQuery {
		var err error
		if in.query, err = url.ParseQuery(c.r.URL.RawQuery); err != nil {
			bad = append(bad, fault.Field{Name: "query", Message: "is not readable: " + err.Error()})
		}
	}
	if b.args == nil { // which see to it that all are taken
		bad = append(bad, c.unknown(b.query)...)
	}
	for _, f := range b.fields {
		bad = f.bind(&in, q, bad)
	}
	if b.args != nil {
		fields, err := bindArguments(c, b.args, q)
		if err != nil {
			return err
		}
		bad = append(bad, fields...)
	}
	if b.body != nil {
		fields, err := b.body.decode(c, q)
		if err != nil {
			return err
		}
		bad = append(bad, fields...)
	}
	return invalid(bad)
}

// invalid is nil, or one fault that names every field.
func invalid(bad []fault.Field) error {
	if len(bad) == 0 {
		return nil
	}
	message := fmt.Sprintf("%s %s.", bad[0].Name, bad[0].Message)
	if len(bad) > 1 {
		message = fmt.Sprintf("%s %s; %d more problems are listed.", bad[0].Name, bad[0].Message, len(bad)-1)
	}
	f := fault.New(fault.Invalid, "request.invalid", "%s", message)
	f.Fields = bad
	return f
}

func (f *field) bind(in *input, q reflect.Value, bad []fault.Field) []fault.Field {
	for _, s := range f.sources {
		values := in.values(s, f.list)
		if len(values) == 0 {
			continue
		}
		if err := f.set(q.FieldByIndex(f.index), values); err != nil {
			bad = append(bad, fault.Field{Name: s.name, Message: err.Error()})
		}
		return bad
	}
	switch {
	case f.fallback != nil:
		_ = f.set(q.FieldByIndex(f.index), f.fallback) // tried at the start
	case f.required:
		bad = append(bad, fault.Field{Name: f.sources[0].name, Message: "is required"})
	}
	return bad
}

func (f *field) set(dst reflect.Value, values []string) error {
	if !f.list && len(values) > 1 {
		return errors.New("is given more than once")
	}
	return f.parse(dst, values)
}

// input is a request taken apart, as far as the binder needs it.
type input struct {
	c     *call
	query url.Values
	form  url.Values
}

// values returns what the request gives for a name. A list may be repeated or
// separated by commas, save in a path, whose segments are taken as they are.
func (in *input) values(s source, list bool) []string {
	var values []string
	switch s.from {
	case "path":
		return in.c.pathValues(s.name, list)
	case "query":
		values = in.query[s.name]
	case "form":
		values = in.form[s.name]
	default:
		values = in.c.r.Header[http.CanonicalHeaderKey(s.name)]
		if len(values) > 1 && !list { // several lines are one value: RFC 9110 section 5.3
			return []string{strings.Join(values, ", ")}
		}
	}
	if list {
		return splitList(values)
	}
	return values
}

// splitList cuts values at commas; empty ones are none.
func splitList(values []string) []string {
	var out []string
	for _, v := range values {
		for part := range strings.SplitSeq(v, ",") {
			if part = strings.TrimSpace(part); part != "" {
				out = append(out, part)
			}
		}
	}
	return out
}
