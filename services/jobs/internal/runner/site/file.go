package site

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// The site file's own words; docs/sites.md explains them.
type (
	file struct {
		Capacity     capacity          `yaml:"capacity"`
		Queues       []queue           `yaml:"queues"`
		Applications []application     `yaml:"applications"`
		Properties   map[string]string `yaml:"properties"`
		Tags         []string          `yaml:"tags"`
	}
	capacity struct {
		CPUs   int   `yaml:"cpus"`
		GPUs   int   `yaml:"gpus"`
		Memory int64 `yaml:"memory"` // bytes
	}
	queue struct {
		Name   string                `yaml:"name"`
		Ranges map[string]valueRange `yaml:"ranges"`
	}
	valueRange struct {
		Min     int64    `yaml:"min"`
		Max     int64    `yaml:"max"`
		Default string   `yaml:"default"`
		Choices []string `yaml:"choices"`
	}
	application struct {
		Name        string            `yaml:"name"`
		Version     string            `yaml:"version"`
		Description string            `yaml:"description"`
		Executable  string            `yaml:"executable"`
		Arguments   []string          `yaml:"arguments"`
		Environment map[string]string `yaml:"environment"`
		Options     []option          `yaml:"options"`
	}
	option struct {
		Name        string   `yaml:"name"`
		Type        string   `yaml:"type"`
		Description string   `yaml:"description"`
		Default     string   `yaml:"default"`
		Choices     []string `yaml:"choices"`
		Argument    string   `yaml:"argument"`
	}
)

// optionTypes are what the type of an option can be; empty is string.
var optionTypes = []string{"", "string", "int", "double", "boolean", "filename", "choice"}

// parse reads a site file. Errors name the line or the entry.
func parse(b []byte) (file, error) {
	var f file
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil && !errors.Is(err, io.EOF) {
		return file{}, err
	}
	return f, f.check()
}

func (f file) check() error {
	var errs []error
	fail := func(format string, args ...any) { errs = append(errs, fmt.Errorf(format, args...)) }
	if f.Capacity.CPUs < 0 || f.Capacity.GPUs < 0 || f.Capacity.Memory < 0 {
		fail("capacity: less than 0")
	}
	names := map[string]bool{}
	for i, q := range f.Queues {
		if q.Name == "" || names[q.Name] {
			fail("queues[%d].name: %q is empty or there twice", i, q.Name)
		}
		names[q.Name] = true
		for name, r := range q.Ranges {
			if r.Min < 0 || r.Max < 0 || r.Max > 0 && r.Min > r.Max {
				fail("queues[%d].ranges.%s: min %d and max %d bound nothing", i, name, r.Min, r.Max)
			}
		}
	}
	for i, a := range f.Applications {
		where := fmt.Sprintf("applications[%d]", i)
		switch {
		case a.Name == "", a.Version == "", a.Executable == "":
			fail("%s: name, version and executable are needed", where)
		case names[a.Name+" "+a.Version]:
			fail("%s: %s %s is there twice", where, a.Name, a.Version)
		}
		names[a.Name+" "+a.Version] = true
		for k, o := range a.Options {
			if !jobsapi.Variable(o.Name) || !slices.Contains(optionTypes, strings.ToLower(o.Type)) {
				fail("%s.options[%d]: a name is needed that can be a variable's, and a type of%s", where, k, strings.Join(optionTypes, " "))
			}
			if choice := strings.EqualFold(o.Type, "choice"); choice != (len(o.Choices) > 0) || choice && o.Default != "" && !slices.Contains(o.Choices, o.Default) {
				fail("%s.options[%d]: choices are needed for the type choice, for no other, and the default must be one of them", where, k)
			}
		}
	}
	return errors.Join(errs...)
}

// report is what the file says, in the published language.
func (f file) report() jobsapi.SiteReport {
	r := jobsapi.SiteReport{
		Capacity:   jobsapi.Capacity{CPUs: f.Capacity.CPUs, GPUs: f.Capacity.GPUs, Memory: f.Capacity.Memory},
		Properties: f.Properties, Tags: f.Tags,
	}
	for _, q := range f.Queues {
		out := jobsapi.Queue{Name: q.Name, Ranges: map[string]jobsapi.Range{}}
		for name, v := range q.Ranges {
			out.Ranges[name] = jobsapi.Range(v)
		}
		r.Queues = append(r.Queues, out)
	}
	for _, a := range f.Applications {
		info := jobsapi.ApplicationInfo{
			Application: jobsapi.Application{Name: a.Name, Version: a.Version}, Description: a.Description,
			Executable: a.Executable, Arguments: a.Arguments, Environment: a.Environment,
		}
		for _, o := range a.Options {
			o.Type = strings.ToLower(o.Type)
			info.Options = append(info.Options, jobsapi.Option(o))
		}
		r.Applications = append(r.Applications, info)
	}
	return r
}
