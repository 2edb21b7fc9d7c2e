package match

import (
	"encoding/json"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Demand is what a job asks of the place where it runs. Jobs of one owner
// with the same demand fit the same places.
type Demand struct {
	Sites       []string             `json:"s,omitempty"`
	Banned      []string             `json:"b,omitempty"`
	Requires    []string             `json:"t,omitempty"`
	Queue       string               `json:"q,omitempty"`
	Project     string               `json:"p,omitempty"`
	Needs       jobsapi.Resources    `json:"r,omitzero"`
	Application *jobsapi.Application `json:"a,omitempty"`
	Within      string               `json:"w,omitempty"` // the allocation to run in
}

// DemandOf is the demand of a description.
func DemandOf(s jobsapi.Spec) Demand {
	return Demand{
		Sites: s.Wanted(), Banned: s.BannedSites, Requires: s.Requires, Queue: s.Queue, Project: s.Project,
		Needs: s.Limits, Application: s.Application, Within: s.Within,
	}
}

// Key spells the demand: equal ones alike.
func (d Demand) Key() string {
	b, _ := json.Marshal(d) // texts and numbers: it cannot fail
	return string(b)
}

// ParseDemand reads what Key wrote.
func ParseDemand(key string) (d Demand, err error) {
	return d, json.Unmarshal([]byte(key), &d)
}
