package cli

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/cmd/heddle/internal/api"
)

// changes are the flags that say what is to be different: only those given.
type changes struct{ set []func(api.Change) error }

// flag registers a flag and says what its value becomes.
func flag[T any](cs *changes, c *cobra.Command, name, member string, v *T, value func(T) (any, error)) {
	cs.set = append(cs.set, func(to api.Change) (err error) {
		if c.Flags().Changed(name) {
			to[member], err = value(*v)
		}
		return err
	})
}

func as[T any](v T) (any, error) { return v, nil }

func (cs *changes) text(c *cobra.Command, name, short, member, help string) {
	flag(cs, c, name, member, c.Flags().StringP(name, short, "", help), as)
}

func (cs *changes) number(c *cobra.Command, name, member, help string) {
	flag(cs, c, name, member, c.Flags().Int64(name, 0, help), as)
}

func (cs *changes) truth(c *cobra.Command, name, member, help string) {
	flag(cs, c, name, member, c.Flags().Bool(name, false, help), as)
}

// list is repeatable; an empty text alone makes an empty list.
func (cs *changes) list(c *cobra.Command, name, short, member, help string) {
	flag(cs, c, name, member, c.Flags().StringArrayP(name, short, nil, help), func(v []string) (any, error) {
		return slices.DeleteFunc(v, func(s string) bool { return s == "" }), nil
	})
}

// file is the JSON in a file.
func (cs *changes) file(e *env, c *cobra.Command, name, member, help string) {
	flag(cs, c, name, member, c.Flags().String(name, "", help), func(path string) (any, error) {
		text, err := e.readFile(path)
		if err == nil && !json.Valid(text) {
			err = fmt.Errorf("%s is no JSON", path)
		}
		if err != nil {
			return nil, usage(err)
		}
		return json.RawMessage(text), nil
	})
}

func (cs *changes) change() (api.Change, error) {
	out := api.Change{}
	for _, f := range cs.set {
		if err := f(out); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// needed is the change, which must say something.
func (cs *changes) needed() (api.Change, error) {
	out, err := cs.change()
	if err == nil && len(out) == 0 {
		err = usagef("what is to change? Give a flag")
	}
	return out, err
}
