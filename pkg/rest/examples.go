package rest

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// Examples are conversations about the routes of a container, which stand
// together in files: "# GET /jobs/{id}" and further such lines name the routes
// that the conversation below them is about, by their patterns; a line of text
// above it is its title. "{{ root }}" stands for the container's root.
type Examples struct {
	files string
	list  []routeExample
}

type routeExample struct {
	patterns []string
	Example
}

// MustExamples reads the files of fs.Glob's pattern, which are part of the program.
func MustExamples(files fs.FS, pattern string) Examples {
	out := Examples{files: pattern}
	names, err := fs.Glob(files, pattern)
	if err != nil || len(names) == 0 {
		panic(fmt.Sprintf("rest: there are no examples %s: %v", pattern, err))
	}
	for _, name := range names {
		raw, err := fs.ReadFile(files, name)
		if err != nil {
			panic(err)
		}
		out.list = append(out.list, readExamples(string(raw))...)
	}
	return out
}

func readExamples(text string) []routeExample {
	var out []routeExample
	at := -1
	for line := range strings.Lines(strings.ReplaceAll(text, "\r\n", "\n")) {
		pattern, heading := strings.CutPrefix(line, "# ")
		switch {
		case heading && (at < 0 || out[at].Conversation != ""):
			out = append(out, routeExample{patterns: []string{strings.TrimSpace(pattern)}})
			at++
		case heading:
			out[at].patterns = append(out[at].patterns, strings.TrimSpace(pattern))
		case at < 0: // what is above the first heading is about the file
		case out[at].Conversation == "" && line[0] != '>':
			out[at].Title = strings.TrimSpace(out[at].Title + " " + strings.TrimSpace(line))
		default:
			out[at].Conversation += line
		}
	}
	return out
}

// For are the examples of one pattern.
func (x Examples) For(pattern string) []Example {
	var out []Example
	for _, e := range x.list {
		if slices.Contains(e.patterns, pattern) {
			out = append(out, Example{e.Title, strings.TrimSpace(e.Conversation)})
		}
	}
	return out
}

// Unknown is a pattern that is none of those, "" if there is none.
func (x Examples) Unknown(patterns []string) string {
	for _, e := range x.list {
		for _, p := range e.patterns {
			if !slices.Contains(patterns, p) {
				return p
			}
		}
	}
	return ""
}

// Of gives the examples to the routes of c. One that is about no route of it
// is a mistake in the program, and panics.
func (x Examples) Of(c Container) Container {
	c.Routes = slices.Clone(c.Routes)
	var patterns []string
	for i, r := range c.Routes {
		patterns = append(patterns, r.Pattern)
		for _, e := range x.For(r.Pattern) {
			e.Conversation = strings.ReplaceAll(e.Conversation, "{{ root }}", strings.TrimSuffix(c.Root, "/"))
			d := &c.Routes[i].Doc
			d.Examples = append(slices.Clip(d.Examples), e)
		}
	}
	if p := x.Unknown(patterns); p != "" {
		panic(fmt.Sprintf("rest: %s: container %s has no route %q", x.files, c.Name, p))
	}
	return c
}
