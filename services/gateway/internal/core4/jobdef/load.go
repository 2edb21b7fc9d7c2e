package jobdef

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"
)

// Set is definitions by their names.
type Set map[string]Definition

// Load reads the file of definitions, a list in YAML or JSON; no path is none.
func Load(path string) (Set, error) {
	if path == "" {
		return Set{}, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("jobs of core4: %w", err)
	}
	var list []Definition
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("jobs of core4: %s: %w", path, err)
	}
	s, err := Of(list...)
	if err != nil {
		return nil, fmt.Errorf("jobs of core4: %s: %w", path, err)
	}
	return s, nil
}

// Of makes a set. It fails if a definition is not right or is there twice.
func Of(list ...Definition) (Set, error) {
	s := Set{}
	var errs []error
	for _, d := range list {
		if err := d.Check(); err != nil {
			errs = append(errs, fmt.Errorf("job [%s]: %w", d.QualName, err))
		}
		if _, ok := s[d.QualName]; ok {
			errs = append(errs, fmt.Errorf("job [%s] is there twice", d.QualName))
		}
		s[d.QualName] = d
	}
	return s, errors.Join(errs...)
}

// Demo are the definitions of a demonstration.
func Demo() []Definition {
	return []Definition{
		{QualName: "core4.demo.job.Echo", Executable: "/bin/cat", Arguments: []string{ArgsFile},
			Author: "Heddle", Tag: []string{"demo"}, Doc: "Prints the arguments that it was started with."},
		{QualName: "core4.demo.job.Sleep", Executable: "/bin/sleep", Arguments: []string{"60"},
			Author: "Heddle", Tag: []string{"demo"}, Doc: "Sleeps for a minute."},
		{QualName: "core4.demo.job.Fail", Executable: "/bin/false",
			Author: "Heddle", Tag: []string{"demo"}, Doc: "Fails at once."},
	}
}
