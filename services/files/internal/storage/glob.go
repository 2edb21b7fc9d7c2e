package storage

import (
	"path"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
)

const (
	maxPatterns     = 256
	maxPatternBytes = 16 << 10 // of all patterns together
)

// glob is a pattern, by elements.
type glob []string

// CheckPatterns reports what is wrong with the patterns of an archive.
func CheckPatterns(patterns []string) error {
	_, err := parseGlobs(patterns)
	return err
}

func parseGlobs(patterns []string) ([]glob, error) {
	bytes := 0
	globs := make([]glob, 0, len(patterns))
	for _, p := range patterns {
		bytes += len(p)
		clean, err := Clean(p)
		if err != nil {
			return nil, fault.New(fault.From(err).Kind, "files.pattern", "A pattern is not valid.").WithField("patterns", "%q is no path", p)
		}
		g := glob(strings.Split(clean, "/"))
		for _, element := range g {
			if _, err := path.Match(element, ""); err != nil {
				return nil, fault.New(fault.Invalid, "files.pattern", "A pattern is not valid.").WithField("patterns", "%q is malformed", p)
			}
		}
		globs = append(globs, g)
	}
	if len(patterns) > maxPatterns || bytes > maxPatternBytes {
		return nil, fault.New(fault.Invalid, "files.pattern", "There are too many patterns.").
			WithField("patterns", "at most %d, of %d bytes together", maxPatterns, maxPatternBytes)
	}
	return globs, nil
}

// matches reports whether a path of depth+1 elements matches a whole pattern,
// and whether it matches the beginning of one.
func matches(globs []glob, at string, depth int) (whole, below bool) {
	elements := strings.Split(at, "/")
	for _, g := range globs {
		if len(g) <= depth || !prefix(g, elements) {
			continue
		}
		if len(g) == len(elements) {
			whole = true
		} else {
			below = true
		}
	}
	return whole, below
}

// named reports whether one of the patterns is the path itself.
func named(globs []glob, at string) bool {
	return slices.ContainsFunc(globs, func(g glob) bool { return strings.Join(g, "/") == at })
}

func prefix(g glob, elements []string) bool {
	for i, e := range elements {
		if ok, err := path.Match(g[i], e); !ok || err != nil {
			return false
		}
	}
	return true
}

// nextNames returns the only names that can match at a depth, if no pattern
// has a wildcard there: a large directory then need not be read.
func nextNames(globs []glob, depth int) (names []string, literal bool) {
	for _, g := range globs {
		if len(g) <= depth {
			continue
		}
		if strings.ContainsAny(g[depth], `*?[\`) {
			return nil, false
		}
		if !slices.Contains(names, g[depth]) {
			names = append(names, g[depth])
		}
	}
	return names, true
}
