package arg

import (
	"errors"
	"reflect"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// The codes of faults about arguments; core4's clients know them as
// MissingArgumentError and ArgumentParsingError.
const (
	CodeMissing  = "argument.missing"
	CodeMistyped = "argument.mistyped"
)

// Problem is one argument that is not as it should be.
type Problem struct {
	Name string
	// As is the name of the type that was expected: int, float, bool, str,
	// dict, list, datetime or ObjectId. "" if the type is not the problem.
	As      string
	Text    string // completes the sentence "<Name> …"
	Missing bool
}

// errType is a value that cannot be of the wanted type; the type says it all.
var errType = errors.New("has the wrong type")

func missing(name string) Problem { return Problem{Name: name, Text: "is required", Missing: true} }

// Missing is the fault of an argument that was not sent.
func Missing(name string) error { return Fault(missing(name)) }

func mistyped(name string, t reflect.Type, err error) Problem {
	p := Problem{Name: name, As: typeName(t), Text: err.Error()}
	if errors.Is(err, errType) {
		p.Text = wants[p.As]
	}
	return p
}

// wants says in plain words what a type takes.
var wants = map[string]string{
	"int": "must be a whole number", "float": "must be a number", "bool": "must be true or false", "str": "must be a text",
	"dict": "must be a JSON object", "list": "must be a JSON list", "ObjectId": "must be 24 hexadecimal digits",
	"datetime": "must be a date and time, such as 2026-11-21T08:00:00Z",
}

func (p Problem) String() string {
	switch {
	case p.Missing:
		return "Missing argument " + p.Name
	case p.As != "":
		return "parameter [" + p.Name + "] expected as_type [" + p.As + "]"
	default:
		return "parameter [" + p.Name + "] " + p.Text
	}
}

// Fault is one fault of all problems, in core4's words; Fields has them in
// plain ones. None is nil.
func Fault(problems ...Problem) error {
	if len(problems) == 0 {
		return nil
	}
	code := CodeMistyped
	if problems[0].Missing {
		code = CodeMissing
	}
	texts := make([]string, len(problems))
	f := fault.New(fault.Invalid, code, "")
	for i, p := range problems {
		texts[i] = p.String()
		f.Fields = append(f.Fields, fault.Field{Name: p.Name, Message: p.Text})
	}
	f.Message = strings.Join(texts, "; ")
	return f
}
