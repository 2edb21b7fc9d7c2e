package conf

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A program that is made of others takes their configurations as they are:
//
//	type Config struct {
//		Data string      `conf:"data" env:"HEDDLE_DATA"`
//		Jobs jobs.Config `join:"sites"` // with all of its options but --sites, which this program sets
//	}
//
// The fields of such a part have the names that they have in the part's own
// program. What several parts read from one variable is one option: it is
// described as it is first, and sets them all. A name that another option has
// already is made of the variable instead: HEDDLE_FILES_LISTEN is
// --files-listen.

// partOf marks a part's options, and takes out those that the program sets.
func partOf(opts []option, without string) []option {
	names := strings.Split(without, ",")
	opts = slices.DeleteFunc(opts, func(o option) bool { return slices.Contains(names, o.Name) })
	for i := range opts {
		opts[i].joined = true
	}
	return opts
}

// join puts together what parts have in common.
func join(all []option) ([]option, error) {
	var out []option
	var errs []error
	names, variables := map[string]bool{}, map[string]int{}
	for _, o := range all {
		if i, known := variables[o.Env]; known && o.joined && o.Env != "" {
			if out[i].value.Type() != o.value.Type() {
				errs = append(errs, fmt.Errorf("conf: %s is a %s and a %s", o.Env, out[i].value.Type(), o.value.Type()))
				continue
			}
			out[i].also = append(out[i].also, o.value)
			continue
		}
		if names[o.Name] && o.joined && o.Env != "" {
			o.Name = strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(o.Env, "HEDDLE_")), "_", "-")
		}
		names[o.Name], variables[o.Env] = true, len(out)
		out = append(out, o)
	}
	return out, errors.Join(errs...)
}

// share sets the option in all parts that have it.
func (o option) share() {
	for _, v := range o.also {
		v.Set(o.value)
	}
}
