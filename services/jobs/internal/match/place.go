package match

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Place is a runner, as it reports itself. A report that leaves something out
// bounds nothing by it.
type Place struct {
	Runner string
	Site   string
	Key    string // the same for places that can run the same
	About  jobsapi.SiteReport
	Within string // id of the allocation that it is; empty: it is none
}

// Need is what a job of the demand takes of the place while it runs. One in an
// allocation takes what it asks for itself: its allocation is its own machine.
func (p Place) Need(d Demand) jobsapi.Capacity {
	r := d.Needs
	if q, ok := jobsapi.FindQueue(p.About.Queues, d.Queue); ok && d.Within == "" {
		r = q.Fill(r)
	}
	nodes := max(r.Nodes, 1)
	need := jobsapi.Capacity{Slots: 1, CPUs: r.Cores(), GPUs: r.GPUs * nodes, Nodes: nodes, Memory: r.Memory}
	if r.Exclusive && d.Within == "" {
		need.CPUs = max(need.CPUs, p.About.Capacity.CPUs)
	}
	return need
}

// Refuses says why the place can never run a job of the demand; nothing if
// it can, as soon as it has room.
func (p Place) Refuses(d Demand) []job.Problem {
	c := &refusals{place: p}
	if d.Within != p.Within {
		c.add("within", "this is another place than the allocation's")
		return c.found
	}
	if len(d.Sites) > 0 && !slices.Contains(d.Sites, p.Site) || slices.Contains(d.Banned, p.Site) {
		c.add("site", "%s is not where the job may run", p.Site)
	}
	for _, tag := range d.Requires {
		if !slices.Contains(p.About.Tags, tag) {
			c.add("requires", "%s does not offer %q", p.Site, tag)
		}
	}
	c.queue(d)
	c.capacity(d)
	if a := d.Application; a != nil && len(p.About.Applications) > 0 {
		if _, ok := jobsapi.FindApplication(p.About.Applications, *a); !ok {
			c.add("application", "there is no application %s at %s", a, p.Site)
		}
	}
	return c.found
}

type refusals struct {
	place Place
	found []job.Problem
}

func (c *refusals) add(field, format string, args ...any) {
	if !slices.ContainsFunc(c.found, func(p job.Problem) bool { return p.Field == field }) {
		c.found = append(c.found, job.Problem{Field: field, Message: fmt.Sprintf(format, args...)})
	}
}

func (c *refusals) queue(d Demand) {
	queues := c.place.About.Queues
	if len(queues) == 0 {
		return
	}
	q, ok := jobsapi.FindQueue(queues, d.Queue)
	if !ok {
		var names []string
		for _, q := range queues {
			names = append(names, q.Name)
		}
		c.add("queue", "there is no queue %q at %s; there is %s", d.Queue, c.place.Site, strings.Join(names, ", "))
		return
	}
	for _, name := range job.Amounts() {
		n, asked := d.Needs.Amount(name)
		if r, bounded := q.Ranges[name]; asked && bounded {
			c.number("resources."+name, q.Name, n, r)
		}
	}
	if r, bounded := q.Ranges["project"]; bounded && d.Project != "" {
		c.value("project", q.Name, d.Project, r)
	}
	for _, name := range slices.Sorted(maps.Keys(d.Needs.Other)) {
		r, known := q.Ranges[name]
		if !known {
			c.add("resources.other."+name, "is no resource of the queue %s at %s", q.Name, c.place.Site)
			continue
		}
		c.value("resources.other."+name, q.Name, d.Needs.Other[name], r)
	}
}

func (c *refusals) number(field, queue string, n int64, r jobsapi.Range) {
	switch {
	case n < r.Min:
		c.add(field, "is %d; the queue %s at %s takes no less than %d", n, queue, c.place.Site, r.Min)
	case r.Max > 0 && n > r.Max:
		c.add(field, "is %d; the queue %s at %s has at most %d", n, queue, c.place.Site, r.Max)
	}
}

func (c *refusals) value(field, queue, v string, r jobsapi.Range) {
	if len(r.Choices) > 0 {
		if !slices.Contains(r.Choices, v) {
			c.add(field, "is %q; the queue %s at %s has %s", v, queue, c.place.Site, strings.Join(r.Choices, ", "))
		}
		return
	}
	if r.Min == 0 && r.Max == 0 {
		return
	}
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil {
		c.add(field, "is %q, not a number", v)
		return
	}
	c.number(field, queue, n, r)
}

// capacity compares with the whole machine, of which a job can get no more.
// Accelerators count wherever cores do: a place that reports none has none.
func (c *refusals) capacity(d Demand) {
	need, have := c.place.Need(d), c.place.About.Capacity
	for _, r := range []struct {
		field      string
		need, have int64
		counted    bool
	}{
		{"resources.nodes", int64(need.Nodes), int64(have.Nodes), have.Nodes > 0},
		{"resources.cpus", int64(need.CPUs), int64(have.CPUs), have.CPUs > 0},
		{"resources.gpus", int64(need.GPUs), int64(have.GPUs), have.CPUs > 0},
		{"resources.memory", need.Memory, have.Memory, have.Memory > 0},
	} {
		if r.counted && r.need > r.have {
			c.add(r.field, "comes to %d; a machine of %s has %d", r.need, c.place.Site, r.have)
		}
	}
}

// room takes need from what is free, if it is enough.
func (p Place) room(free, need jobsapi.Capacity) (left jobsapi.Capacity, ok bool) {
	have := p.About.Capacity
	switch {
	case have.CPUs > 0 && need.CPUs > free.CPUs,
		have.CPUs > 0 && need.GPUs > free.GPUs,
		have.Memory > 0 && need.Memory > free.Memory:
		return free, false
	}
	free.CPUs -= need.CPUs
	free.GPUs -= need.GPUs
	free.Memory -= need.Memory
	return free, true
}
