package rest

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// Bounds of what is said of parameters that nobody knows.
const (
	maxUnknown     = 10 // of them
	maxUnknownName = 64 // bytes
)

// unknown names the parameters of the query that are not among known, in a
// container with ExactQuery. What they say is nobody's business: it may be a
// secret that was sent to the wrong place.
func (c *call) unknown(known []string) []fault.Field {
	if !c.exact || c.r.URL.RawQuery == "" {
		return nil
	}
	values, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil && len(known) == 0 { // otherwise who reads it says so
		return []fault.Field{{Name: "query", Message: "is not readable"}}
	}
	takes := cmp.Or(strings.Join(known, ", "), "none")
	var bad []fault.Field
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if slices.Contains(known, name) || len(bad) == maxUnknown {
			continue
		}
		name = strings.ToValidUTF8(name[:min(len(name), maxUnknownName)], "\uFFFD")
		bad = append(bad, fault.Field{Name: name, Message: "is no parameter of the query here; there are: " + takes})
	}
	return bad
}

func isTyped(i routeImpl) bool {
	q, _ := i.types()
	return q != nil
}
