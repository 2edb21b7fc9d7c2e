package rest

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/heddle-dev/heddle/pkg/rest/media"
)

var (
	problemType = reflect.TypeFor[problem]()
	replyType   = reflect.TypeFor[Reply]()
	streamType  = reflect.TypeFor[Stream]()

	// contents are the media types of answers that are no value for JSON.
	contents = map[reflect.Type][]string{
		streamType: {"application/octet-stream"}, reflect.TypeFor[Bytes](): {"application/octet-stream"},
		reflect.TypeFor[Download](): {"application/octet-stream"}, reflect.TypeFor[Text](): {"text/plain"},
		reflect.TypeFor[media.Table](): {"application/json", "text/html", "text/csv", "text/plain"},
	}
)

// responses describes what a route answers with.
func (d *document) responses(c Container, rt Route, in inputDoc) object {
	_, a := rt.impl.types()
	status, answer := d.answer(a, rt.Doc.Response)
	out := object{status: answer}
	failures := in.usual(rt.Access)
	for _, k := range rt.Doc.Errors {
		failures = append(failures, statusOf[k])
	}
	for _, f := range failures {
		out[strconv.Itoa(f)] = failure(c, http.StatusText(f))
	}
	out["default"] = failure(c, "Any other problem")
	return out
}

// failure refers to the problem form, or, in a container with a form of its
// own, only says what it is.
func failure(c Container, text string) object {
	if c.Errors != nil {
		return object{"description": text}
	}
	return object{"$ref": "#/components/responses/Problem"}
}

// answer gives the status and description of success. Where the type does
// not tell (a Reply, a Raw route) the example does.
func (d *document) answer(a reflect.Type, example any) (string, object) {
	status := "200"
	if a != nil && a.Kind() == reflect.Pointer && (a.Elem() == replyType || a.Elem() == streamType) {
		a = a.Elem()
	}
	switch {
	case contents[a] != nil:
		content := object{}
		for _, kind := range contents[a] {
			content[kind] = object{}
		}
		return "200", object{"description": "The bytes.", "content": content}
	case a == reflect.TypeFor[Redirect]():
		return "302", object{"description": "Elsewhere.", "headers": object{"Location": object{"schema": object{"type": "string"}}}}
	case a == nil, a == replyType:
		status = "2XX"
		a = reflect.TypeOf(example)
	case a.Kind() == reflect.Interface && example != nil:
		a = reflect.TypeOf(example)
	}
	switch {
	case a == reflect.TypeFor[struct{}]():
		return "204", object{"description": "Done."}
	case a == nil:
		return status, object{"description": "Success."}
	}
	content := object{"schema": d.schemas.of(a)}
	if example != nil {
		content["example"] = example
	}
	return status, object{"description": "Success.", "content": object{"application/json": content}}
}
