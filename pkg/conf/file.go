package conf

import (
	"errors"
	"fmt"
	"os"
	"slices"

	"go.yaml.in/yaml/v3"
)

// entry is what a file says about one option.
type entry struct {
	place  string // "heddle.yaml:3"
	values []string
}

// readFile reads YAML, of which JSON is a part. "nats-url: x" and
// "nats: {url: x}" are the same; a key that is no option is an error.
func readFile(path string, opts []option) (map[string]entry, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("--config: %w", err)
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r := reader{path: path, entries: map[string]entry{}}
	for _, o := range opts {
		r.known = append(r.known, o.Name)
	}
	for _, n := range doc.Content {
		r.read("", n)
	}
	return r.entries, errors.Join(r.errs...)
}

type reader struct {
	path    string
	known   []string
	entries map[string]entry
	errs    []error
}

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	r.errs = append(r.errs, fmt.Errorf("%s:%d: %s", r.path, n.Line, fmt.Sprintf(format, args...)))
}

func (r *reader) read(name string, n *yaml.Node) {
	switch {
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			if name != "" {
				key = name + "-" + key
			}
			r.read(key, n.Content[i+1])
		}
	case name == "":
		if n.Tag != "!!null" {
			r.fail(n, "a configuration is a mapping of names to values")
		}
	case !slices.Contains(r.known, name):
		r.fail(n, "unknown option %q", name)
	default:
		r.value(name, n)
	}
}

func (r *reader) value(name string, n *yaml.Node) {
	values := []string{n.Value}
	switch {
	case n.Kind == yaml.SequenceNode:
		values = []string{}
		for _, e := range n.Content {
			if e.Kind != yaml.ScalarNode {
				r.fail(e, "%s must be a sequence of plain values", name)
				return
			}
			values = append(values, e.Value)
		}
	case n.Kind != yaml.ScalarNode:
		r.fail(n, "%s must be a plain value", name)
		return
	case n.Tag == "!!null": // "name:" says nothing
		return
	}
	if _, twice := r.entries[name]; twice {
		r.fail(n, "%s is set twice", name)
		return
	}
	r.entries[name] = entry{fmt.Sprintf("%s:%d", r.path, n.Line), values}
}
