package job

import (
	"encoding/json"
	"fmt"
	"regexp"
)

// Problem is one offending field of a description.
type Problem struct{ Field, Message string }

// maxProblems bounds the list, so that a hostile description does not get an
// answer larger than itself.
const maxProblems = 50

// Check returns everything that is wrong with a description, or nothing.
func (l Limits) Check(s Spec) []Problem {
	c := &checker{limits: l}
	c.names(s)
	c.program(s)
	c.variables("environment", s.Environment)
	c.files(s)
	c.numbers(s)
	c.parts(s)
	c.whole(s)
	return c.found
}

type checker struct {
	limits Limits
	found  []Problem
}

func (c *checker) add(field, format string, args ...any) {
	if len(c.found) < maxProblems {
		c.found = append(c.found, Problem{field, fmt.Sprintf(format, args...)})
	}
}

func (c *checker) names(s Spec) {
	c.name("name", s.Name)
	c.name("site", s.Site)
	c.name("group", s.Group)
	c.name("project", s.Project)
	c.name("queue", s.Queue)
	if c.count("tags", len(s.Tags), c.limits.Tags) {
		for i, t := range s.Tags {
			if t == "" {
				c.add(at("tags", i), "is empty")
			}
			c.name(at("tags", i), t)
		}
	}
}

func (c *checker) count(field string, n, limit int) bool {
	if n > limit {
		c.add(field, "has %d entries; at most %d are allowed", n, limit)
	}
	return n <= limit
}

func at(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

func (c *checker) program(s Spec) {
	c.text("executable", s.Executable, c.limits.Path)
	c.text("script", s.Script, c.limits.Script)
	if s.Executable != "" && s.Script != "" {
		c.add("script", "cannot be given together with executable")
	}
	if c.count("arguments", len(s.Arguments), c.limits.Arguments) {
		for i, a := range s.Arguments {
			c.text(at("arguments", i), a, c.limits.Argument)
		}
	}
}

func (c *checker) files(s Spec) {
	for _, f := range []struct{ name, path string }{{"stdin", s.Stdin}, {"stdout", s.Stdout}, {"stderr", s.Stderr}} {
		if f.path != "" {
			c.path(f.name, f.path)
		}
	}
	if c.count("inputs", len(s.Inputs), c.limits.Inputs) {
		for i, in := range s.Inputs {
			c.path(at("inputs", i)+".path", in.Path)
			c.text(at("inputs", i)+".data", in.Data, c.limits.Input)
			if !permissions.MatchString(in.Permissions) {
				c.add(at("inputs", i)+".permissions", "is not of the form r-x or rwxr-x---")
			}
			c.among(at("inputs", i)+".mode", in.Mode, "", Overwrite, Append, NoOverwrite)
			if in.After < 0 || in.After > len(s.Imports) {
				c.add(at("inputs", i)+".after", "is %d; it must be between 0 and the number of imports, %d", in.After, len(s.Imports))
			}
		}
	}
	if c.count("outputs", len(s.Outputs), c.limits.Outputs) {
		for i, o := range s.Outputs {
			c.pattern(at("outputs", i), o)
		}
	}
}

// permissions are rwx triples of the user, the group and others.
var permissions = regexp.MustCompile(`^([r-][w-][x-]){0,3}$`)

// Bounds of numbers: beyond them they are mistakes, and a runtime would not
// fit a time.Duration.
const (
	maxCPUs    = 1 << 20
	maxNodes   = 1 << 20
	maxMemory  = 1 << 50
	maxRuntime = 10 * 366 * 24 * 3600
)

func (c *checker) numbers(s Spec) {
	c.between("priority", int64(s.Priority), 10)
	c.between("resources.cpus", int64(s.Limits.CPUs), maxCPUs)
	c.between("resources.nodes", int64(s.Limits.Nodes), maxNodes)
	c.between("resources.memory", s.Limits.Memory, maxMemory)
	c.between("resources.runtime", s.Limits.Runtime, maxRuntime)
}

func (c *checker) between(field string, v, most int64) {
	if v < 0 || v > most {
		c.add(field, "is %d; it must be between 0 and %d", v, most)
	}
}

// whole checks the description as it will be stored.
func (c *checker) whole(s Spec) {
	if s.Origin != nil {
		c.name("origin.dialect", s.Origin.Dialect)
		if !json.Valid(s.Origin.Document) {
			c.add("origin.document", "is not JSON")
			return
		}
	}
	b, err := json.Marshal(s)
	switch {
	case err != nil:
		c.add("spec", "cannot be stored: %v", err)
	case len(b) > c.limits.Spec:
		c.add("spec", "has %d bytes; at most %d are allowed", len(b), c.limits.Spec)
	}
}
