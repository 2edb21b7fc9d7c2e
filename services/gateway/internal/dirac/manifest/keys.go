package manifest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
)

// kind is the type of a key's value.
type kind int

const (
	text   kind = iota
	joined      // a text; a list's items are joined by blanks
	list        // a list; a lone text is a list of one
	integer
	free // kept as it is
)

// key is one key of the manifest. Keys are matched without regard to case.
type key struct {
	name    string
	kind    kind
	aliases []string
}

var keys = []key{
	{"Executable", text, nil},
	{"Arguments", joined, nil},
	{"StdOutput", text, []string{"StdOut"}},
	{"StdError", text, []string{"StdErr"}},
	{"InputSandbox", list, nil},
	{"OutputSandbox", list, nil},
	{"JobName", text, []string{"Name"}},
	{"JobGroup", text, nil},
	{"JobType", text, nil},
	{"Site", list, []string{"Sites"}},
	{"BannedSites", list, []string{"BannedSite"}},
	{"GridCE", text, nil},
	{"Platform", free, nil},
	{"CPUTime", integer, nil},
	{"Priority", integer, nil},
	{"NumberOfProcessors", integer, nil},
	{"MinNumberOfProcessors", integer, nil},
	{"MaxNumberOfProcessors", integer, nil},
	{"Tags", list, []string{"Tag"}},
	{"InputData", list, nil},
	{"OutputData", list, nil},
	{"LogLevel", text, nil},
	{"ExecutionEnvironment", free, nil},
	{"JobConfigArgs", text, nil},
	{Section, free, nil},
	{"Owner", text, nil},
	{"OwnerGroup", text, nil},
	{"VirtualOrganization", text, nil},
}

// byName finds a key by any spelling, in lower case.
var byName = index()

func index() map[string]key {
	m := map[string]key{}
	for _, k := range keys {
		for _, name := range append([]string{k.name}, k.aliases...) {
			m[strings.ToLower(name)] = k
		}
	}
	return m
}

// canonical gives known keys their proper names and types. Unknown keys stay
// as they are; null means absent. Two spellings of one key are a mistake.
func canonical(doc lenient.Object) (lenient.Object, []fault.Field) {
	var out lenient.Object
	var problems []fault.Field
	for _, m := range doc {
		if m.Value == nil {
			continue
		}
		k, known := byName[strings.ToLower(m.Name)]
		if !known {
			out = append(out, m)
			continue
		}
		v, err := k.kind.read(m.Value)
		if _, twice := out.Get(k.name); twice {
			err = fmt.Errorf("is there twice, as %s too", m.Name)
		}
		if err != nil {
			problems = append(problems, fault.Field{Name: k.name, Message: err.Error()})
			continue
		}
		out = append(out, lenient.Member{Name: k.name, Value: v})
	}
	return out, problems
}

func (k kind) read(v any) (any, error) {
	switch k {
	case integer:
		s, _ := lenient.Text(v)
		n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
		if err != nil {
			return nil, fmt.Errorf("must be an integer")
		}
		return n, nil
	case list:
		return texts(v)
	case joined:
		items, err := texts(v)
		return strings.Join(items, " "), err
	case text:
		s, ok := lenient.Text(v)
		if !ok {
			return nil, fmt.Errorf("must be a text")
		}
		return s, nil
	}
	return v, nil
}

func texts(v any) ([]string, error) {
	items, isList := v.([]any)
	if !isList {
		items = []any{v}
	}
	out := make([]string, len(items))
	for i, item := range items {
		s, ok := lenient.Text(item)
		if !ok {
			return nil, fmt.Errorf("must be a list of texts")
		}
		out[i] = s
	}
	return out, nil
}
