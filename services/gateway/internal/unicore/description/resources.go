package description

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// resources reads what the job needs.
func (r *reader) resources(doc lenient.Object, site Site, spec *jobsapi.Spec) {
	v, ok := doc.Get("Resources")
	if !ok {
		return
	}
	res, ok := v.(lenient.Object)
	if !ok {
		r.problem("Resources", "must be a map")
		return
	}
	perNode := 0
	for _, m := range res {
		if m.Value == nil {
			continue
		}
		key := "Resources." + m.Name
		text, ok := lenient.Text(m.Value)
		switch {
		case !ok:
			r.problem(key, "must be a number or a text")
		case m.Name == "CPUsPerNode":
			perNode = r.count(key, text)
		case m.Name == "Queue":
			spec.Queue = r.queue(key, text, site)
		default:
			r.resource(m.Name, key, text, spec)
		}
	}
	if spec.Limits.CPUs == 0 && perNode > 0 {
		spec.Limits.CPUs = perNode * max(1, spec.Limits.Nodes)
	}
}

// resource reads one that stands by itself.
func (r *reader) resource(name, key, text string, spec *jobsapi.Spec) {
	switch name {
	case "Runtime":
		spec.Limits.Runtime = r.quantity(key, text, 1, seconds)
	case "Memory", "MemoryPerNode":
		spec.Limits.Memory = r.quantity(key, text, 1, bytes)
	case "Nodes":
		spec.Limits.Nodes = r.count(key, text)
	case "TotalCPUs", "CPUs":
		spec.Limits.CPUs = r.count(key, text)
	case "Project":
		if spec.Project == "" {
			spec.Project = text
		}
	case "Reservation", "NodeConstraints", "QoS", "Exclusive":
		// Advice for a batch system; without one there is nothing to pass it to.
	case "GPUsPerNode", "ArraySize", "ArrayLimit":
		r.problem(key, "not offered by this site")
	default:
		r.problem(key, "no such resource at this site")
	}
}

func (r *reader) queue(key, name string, site Site) string {
	if !slices.Contains(site.Queues, name) {
		r.problem(key, "there is no queue %q; there is %s", name, strings.Join(site.Queues, ", "))
	}
	return name
}

// maxCount keeps products of two counts far from overflow.
const maxCount = 1 << 20

func (r *reader) count(key, text string) int {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || n < 1 || n > maxCount {
		r.problem(key, "%q is no number of at least 1", text)
	}
	return n
}

// unit finds what a unit word is worth; words count by their beginning.
type unit func(word string) (float64, bool)

var quantity = regexp.MustCompile(`^\s*([0-9]+(?:\.[0-9]+)?)\s*([A-Za-z]*)\s*$`)

// quantity reads a number with a unit, rounded up, of at least least.
func (r *reader) quantity(key, text string, least int64, of unit) int64 {
	m := quantity.FindStringSubmatch(text)
	if m == nil {
		r.problem(key, "%q is no number with a unit", text)
		return 0
	}
	factor, ok := of(lower(m[2]))
	if !ok {
		r.problem(key, "%q is no unit for this", m[2])
		return 0
	}
	n, err := strconv.ParseFloat(m[1], 64)
	if n = math.Ceil(n * factor); err != nil || n > 1<<53 || int64(n) < least {
		r.problem(key, "%q is out of range", text)
		return 0
	}
	return int64(n)
}

func seconds(word string) (float64, bool) {
	switch {
	case word == "" || strings.HasPrefix(word, "s"):
		return 1, true
	case strings.HasPrefix(word, "m"):
		return 60, true
	case strings.HasPrefix(word, "h"):
		return 3600, true
	case strings.HasPrefix(word, "d"):
		return 86400, true
	}
	return 0, false
}

func bytes(word string) (float64, bool) {
	power, ok := map[string]float64{"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4}[word[:min(1, len(word))]]
	return math.Pow(1024, power), ok
}
