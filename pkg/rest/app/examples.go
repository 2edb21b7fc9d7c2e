package app

import (
	"fmt"
	"maps"
	"slices"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// knowsExamples says which of the container's examples is about nothing.
func (c *Container) knowsExamples() error {
	var names []string
	for _, rule := range c.Rules {
		for _, method := range methods {
			names = append(names, method+" "+rule.Pattern)
		}
	}
	if name := c.Examples.Unknown(names); name != "" {
		return fmt.Errorf("examples of [%s], which is no method and pattern of a rule", name)
	}
	return nil
}

// exemplify adds the examples that the container has of a rule.
func (h *Handler) exemplify(all rest.Examples, pattern string) {
	h.Docs = maps.Clone(h.Docs)
	for _, method := range methods {
		shown := all.For(method + " " + pattern)
		if len(shown) == 0 {
			continue
		}
		if h.Docs == nil {
			h.Docs = map[string]rest.Doc{}
		}
		d := h.Docs[method]
		d.Examples = slices.Concat(d.Examples, shown)
		h.Docs[method] = d
	}
}
