package jobsapi

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Site is a place where jobs run, as its runners report it.
type Site struct {
	Name    string `json:"name"`
	Runners int    `json:"runners" doc:"runners heard of lately"`
	Slots   int    `json:"slots" doc:"jobs that may run at once"`
	SiteReport
}

// SiteReport is what a runner says of its site.
type SiteReport struct {
	Capacity     Capacity          `json:"capacity,omitzero" doc:"of all its runners together"`
	Queues       []Queue           `json:"queues,omitempty"`
	Applications []ApplicationInfo `json:"applications,omitempty" doc:"the site's catalogue"`
	Properties   map[string]string `json:"properties,omitempty"`
	Tags         []string          `json:"tags,omitempty" doc:"what jobs may require"`
	Limits       []string          `json:"limits,omitempty" doc:"what bounds a job's processes here, in words"`
}

// Capacity is an amount of what jobs need; zero: not counted.
type Capacity struct {
	Slots  int   `json:"slots,omitempty" doc:"jobs at once"`
	CPUs   int   `json:"cpus,omitempty" doc:"processor cores"`
	GPUs   int   `json:"gpus,omitempty" doc:"accelerators"`
	Nodes  int   `json:"nodes,omitempty" doc:"machines"`
	Memory int64 `json:"memory,omitempty" doc:"bytes"`
}

// Queue is a queue of a site with the bounds of each resource, by its name in
// Resources' JSON or, in Other, by the site's own.
type Queue struct {
	Name   string           `json:"name"`
	Ranges map[string]Range `json:"ranges,omitempty"`
}

// Range bounds a number, or says what else a value can be. A zero Max is no bound.
type Range struct {
	Min     int64    `json:"min,omitempty"`
	Max     int64    `json:"max,omitempty"`
	Default string   `json:"default,omitempty"`
	Choices []string `json:"choices,omitempty"`
}

// ApplicationInfo is a program of a site's catalogue. Its own arguments and
// environment come before those of the job.
type ApplicationInfo struct {
	Application
	Description string            `json:"description,omitempty"`
	Executable  string            `json:"executable"`
	Arguments   []string          `json:"arguments,omitempty"`
	Environment map[string]string `json:"environment,omitempty"`
	Options     []Option          `json:"options,omitempty" doc:"filled by the job's parameters of the same name"`
}

// Option is what a program can be told.
type Option struct {
	Name        string `json:"name"`
	Type        string `json:"type,omitempty" doc:"string, int, double, boolean, filename or choice"`
	Description string `json:"description,omitempty"`
	Default     string `json:"default,omitempty"`
	// Choices are the values that one of the type choice can have.
	Choices  []string `json:"choices,omitempty"`
	Argument string   `json:"argument,omitempty" doc:"added to the arguments if given, with its value as {}"`
}

// MaxReport bounds a SiteReport as JSON, in bytes.
const MaxReport = 64 << 10

// FindQueue returns the queue of the name; without a name, the site's first.
func FindQueue(queues []Queue, name string) (Queue, bool) {
	for _, q := range queues {
		if name == "" || q.Name == name {
			return q, true
		}
	}
	return Queue{}, false
}

// Fill puts the queue's defaults where nothing is asked.
func (q Queue) Fill(r Resources) Resources {
	other := maps.Clone(r.Other)
	for name, v := range q.Ranges {
		n, err := strconv.ParseInt(v.Default, 10, 64)
		switch {
		case v.Default == "", name == "project":
		case err == nil && r.Fill(name, n):
		case other[name] == "":
			if other == nil {
				other = map[string]string{}
			}
			other[name] = v.Default
		}
	}
	r.Other = other
	return r
}

// FindApplication returns the application of the catalogue. A version that is
// empty, "any" or "latest" means the highest.
func FindApplication(catalogue []ApplicationInfo, a Application) (found ApplicationInfo, ok bool) {
	highest := a.Version == "" || strings.EqualFold(a.Version, "any") || strings.EqualFold(a.Version, "latest")
	for _, c := range catalogue {
		if c.Name != a.Name || !highest && c.Version != a.Version {
			continue
		}
		if !ok || later(c.Version, found.Version) {
			found, ok = c, true
		}
	}
	return found, ok
}

// later compares versions part by part, numbers as numbers.
func later(a, b string) bool {
	x, y := strings.Split(a, "."), strings.Split(b, ".")
	return slices.CompareFunc(x, y, func(p, q string) int {
		m, errM := strconv.Atoi(p)
		n, errN := strconv.Atoi(q)
		if errM == nil && errN == nil {
			return cmp.Compare(m, n)
		}
		return strings.Compare(p, q)
	}) > 0
}

// Sites is the list of sites.
type Sites struct {
	Sites []Site `json:"sites"`
}
