// Package jobdef is the kinds of jobs that core4's clients may start by name:
// which program a qualified name stands for, and what one of our jobs is made
// of when a client gives it arguments. It is separate because it is the one
// place where core4's notion of a job becomes ours.
package jobdef

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Definition is one kind of job. Programs get their arguments as JSON, in the
// file ArgsFile and in the variable ArgsVariable; no shell reads them.
type Definition struct {
	QualName    string            `yaml:"qual_name"`
	Executable  string            `yaml:"executable"`
	Arguments   []string          `yaml:"arguments"`
	Environment map[string]string `yaml:"environment"`
	Site        string            `yaml:"site"` // empty: any
	CPUs        int               `yaml:"cpus"`
	Memory      int64             `yaml:"memory"`  // bytes
	Runtime     int64             `yaml:"runtime"` // seconds
	Author      string            `yaml:"author"`
	Doc         string            `yaml:"doc"`
	Tag         []string          `yaml:"tag"`
	Schedule    string            `yaml:"schedule"` // text for readers: nothing starts by itself
}

// Where a program finds its name and its arguments.
const (
	ArgsFile     = "args.json"
	ArgsVariable = "CORE4_ARGS"
	NameVariable = "CORE4_QUAL_NAME"
)

// Dialect names this door in the origin of a job.
const Dialect = "core4"

// MaxArgs bounds the arguments of a job as JSON, in bytes: a variable of a
// program's environment holds 128 KiB.
const MaxArgs = 64 << 10

const maxName = 200 // bytes

// Check says what is wrong with the definition.
func (d Definition) Check() error {
	var errs []error
	if len(d.QualName) > maxName || !jobsapi.QualifiedKind(d.QualName) {
		errs = append(errs, fmt.Errorf("qual_name %q is no name with dots in it of at most %d bytes", d.QualName, maxName))
	}
	if d.Executable == "" {
		errs = append(errs, errors.New("executable is required"))
	}
	if d.Author == "" {
		errs = append(errs, errors.New("author is required"))
	}
	for name := range d.Environment {
		if name == ArgsVariable || name == NameVariable {
			errs = append(errs, fmt.Errorf("environment: %s is set by the gateway", name))
		}
	}
	return errors.Join(errs...)
}

// Enqueued is what the origin of a job says about how it came to be.
type Enqueued struct {
	QualName string          `json:"qual_name"`
	Args     json.RawMessage `json:"args"`
	Request  string          `json:"request"` // the identifier of the client's request
}

// From reads the origin of a job; false means that it is not of this door.
func From(o *jobsapi.Origin) (Enqueued, bool) {
	var e Enqueued
	if o == nil || o.Dialect != Dialect || json.Unmarshal(o.Document, &e) != nil {
		return e, false
	}
	return e, true
}

// Spec is the description of one job of the kind.
func (d Definition) Spec(e Enqueued) (jobsapi.Spec, error) {
	document, err := json.Marshal(e)
	if err != nil {
		return jobsapi.Spec{}, err
	}
	env := maps.Clone(d.Environment)
	if env == nil {
		env = map[string]string{}
	}
	env[ArgsVariable], env[NameVariable] = string(e.Args), d.QualName
	return jobsapi.Spec{
		Name: d.QualName, Executable: d.Executable, Arguments: slices.Clone(d.Arguments), Environment: env,
		Inputs: []jobsapi.Input{{Path: ArgsFile, Data: string(e.Args)}},
		Site:   d.Site, Tags: append(slices.Clone(d.Tag), Mark, Same(d.QualName, e.Args)),
		Limits: jobsapi.Resources{CPUs: d.CPUs, Memory: d.Memory, Runtime: d.Runtime},
		Origin: &jobsapi.Origin{Dialect: Dialect, Document: document},
	}, nil
}
