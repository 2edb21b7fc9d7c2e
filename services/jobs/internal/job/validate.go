package job

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits bound a description. Sizes are bytes.
type Limits struct {
	Spec        int // the whole description as JSON
	Arguments   int // how many
	Argument    int // each; also an environment value
	Name        int // each name, tag and label
	Environment int // entries
	Inputs      int // how many
	Input       int // each input's data
	Script      int
	Outputs     int // how many names or patterns
	Tags        int // how many
	Path        int // each path
	Secrets     int // how many
	Secret      int // each
}

// DefaultLimits keep a submit well below the 1 MiB that a NATS message holds
// and an argument below the 128 KiB that Linux passes to a program.
func DefaultLimits() Limits {
	return Limits{
		Spec: 512 << 10, Arguments: 10_000, Argument: 128 << 10, Name: 256, Environment: 1000,
		Inputs: 100, Input: 256 << 10, Script: 256 << 10, Outputs: 1000, Tags: 100, Path: 4096, Secrets: 50, Secret: 8 << 10,
	}
}

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

// text checks what every text must be: valid UTF-8 without NUL, not too long.
func (c *checker) text(field, v string, limit int) bool {
	switch {
	case len(v) > limit:
		c.add(field, "has %d bytes; at most %d are allowed", len(v), limit)
	case !utf8.ValidString(v):
		c.add(field, "is not valid UTF-8")
	case strings.ContainsRune(v, 0):
		c.add(field, "contains a NUL byte")
	default:
		return true
	}
	return false
}

// name checks a text that is shown on one line.
func (c *checker) name(field, v string) {
	if c.text(field, v, c.limits.Name) && strings.ContainsFunc(v, isControl) {
		c.add(field, "contains a control character")
	}
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

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

func (c *checker) variables(field string, env map[string]string) {
	if !c.count(field, len(env), c.limits.Environment) {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(env)) {
		if !variable(k, c.limits.Name) {
			c.add(field, "%q is not a variable's name", clip(k))
			continue
		}
		c.text(field+"."+k, env[k], c.limits.Argument)
	}
}

// variable reports whether a shell and a batch system can carry the name.
func variable(k string, limit int) bool {
	if k == "" || len(k) > limit || '0' <= k[0] && k[0] <= '9' {
		return false
	}
	return !strings.ContainsFunc(k, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '_' || r == '.' || r == '-')
	})
}

func clip(s string) string {
	if len(s) > 64 {
		s = s[:64] + "…"
	}
	return strings.ToValidUTF8(s, "\uFFFD")
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

// path checks a path that must stay inside the working directory.
func (c *checker) path(field, p string) bool {
	if !c.text(field, p, c.limits.Path) {
		return false
	}
	clean := path.Clean(p)
	switch {
	case p == "", clean == ".":
		c.add(field, "names no file")
	case strings.HasPrefix(p, "/"):
		c.add(field, "must be relative to the working directory")
	case dotdot(p):
		c.add(field, "must not contain \"..\"")
	case strings.HasSuffix(p, "/"):
		c.add(field, "names a directory, not a file")
	default:
		return true
	}
	return false
}

func dotdot(p string) bool {
	for e := range strings.SplitSeq(p, "/") {
		if e == ".." {
			return true
		}
	}
	return false
}

func (c *checker) pattern(field, p string) {
	if !c.path(field, p) {
		return
	}
	if _, err := path.Match(p, ""); err != nil {
		c.add(field, "is not a pattern")
	}
}

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
