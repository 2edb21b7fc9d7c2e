package description

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// resources reads what the job needs. What it asks for by a name of the site's
// is for the site to judge.
func (r *reader) resources(doc lenient.Object, spec *jobsapi.Spec) {
	v, ok := doc.Get("Resources")
	if !ok {
		return
	}
	res, ok := v.(lenient.Object)
	if !ok {
		r.problem("Resources", "must be a map")
		return
	}
	for _, m := range res {
		if m.Value == nil {
			continue
		}
		key := "Resources." + m.Name
		text, ok := lenient.Text(m.Value)
		if !ok {
			r.problem(key, "must be a number or a text")
			continue
		}
		r.amount(m.Name, key, text, doc, spec)
	}
	if l := &spec.Limits; l.CPUs == 0 && l.CPUsPerNode > 0 {
		l.CPUs = l.CPUsPerNode * max(1, l.Nodes)
	}
}

func (r *reader) resource(name, key, text string, spec *jobsapi.Spec) {
	l := &spec.Limits
	switch name {
	case "Runtime":
		l.Runtime = r.quantity(key, text, 1, seconds)
	case "Memory", "MemoryPerNode":
		l.Memory = r.quantity(key, text, 1, bytes)
	case "Nodes":
		l.Nodes = r.count(key, text)
	case "TotalCPUs", "CPUs":
		l.CPUs = r.count(key, text)
	case "CPUsPerNode":
		l.CPUsPerNode = r.count(key, text)
	case "GPUsPerNode":
		l.GPUs = r.count(key, text)
	case "Exclusive":
		l.Exclusive = strings.EqualFold(strings.TrimSpace(text), "true")
	case "Queue":
		spec.Queue = text
	case "Project":
		if spec.Project == "" {
			spec.Project = text
		}
	default:
		l.Other = with(l.Other, name, text)
	}
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
