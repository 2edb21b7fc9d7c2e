package unicore

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// queueName is the queue of a site that no runner has told of yet.
const queueName = "normal"

// report is what the runners of this site say that it can do. A site that has
// none can do nothing yet.
func (d *door) report(a *ask) (jobsapi.Site, error) {
	all, err := d.Backend.Jobs.Sites(a.Context(), jobsapi.Empty{})
	if err != nil {
		return jobsapi.Site{}, err
	}
	for _, s := range all.Sites {
		if s.Name == d.Site {
			return s, nil
		}
	}
	return jobsapi.Site{Name: d.Site}, nil
}

// resourceNames are UNICORE's names of ours.
var resourceNames = map[string]string{
	"runtime": "Runtime", "memory": "Memory", "nodes": "Nodes", "cpus": "TotalCPUs", "cpus_per_node": "CPUsPerNode",
	"gpus": "GPUsPerNode", "project": "Project", "exclusive": "Exclusive",
}

// queuesOf are the queues of a site, each with the bounds of its resources.
func queuesOf(s jobsapi.Site) map[string]map[string]any {
	all := map[string]map[string]any{}
	for _, q := range s.Queues {
		bounds := map[string]any{"Runtime": "*"}
		for name, r := range q.Ranges {
			if theirs, ok := resourceNames[name]; ok {
				name = theirs
			}
			bounds[name] = bound(r)
		}
		all[q.Name] = bounds
	}
	if len(all) == 0 {
		all[queueName] = map[string]any{"Runtime": "*"}
	}
	return all
}

// bound is a range as text, or the list of what can be chosen.
func bound(r jobsapi.Range) any {
	switch {
	case len(r.Choices) > 0:
		return r.Choices
	case r.Max == 0:
		return "*"
	}
	return fmt.Sprintf("%d-%d", r.Min, r.Max)
}

// otherInfo is what else there is to know of a site.
func otherInfo(s jobsapi.Site) map[string]string {
	info := map[string]string{"runners": strconv.Itoa(s.Runners), "slots": strconv.Itoa(s.Slots)}
	if len(s.Tags) > 0 {
		info["tags"] = strings.Join(s.Tags, ", ")
	}
	if len(s.Limits) > 0 {
		info["limits"] = strings.Join(s.Limits, "; ")
	}
	for name, value := range s.Properties {
		info[name] = value
	}
	return info
}
