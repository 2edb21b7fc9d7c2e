package app

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// envPrefix begins the environment's settings of core4.
const envPrefix = "CORE4_OPTION_"

// WithEnvironment is a tree of settings with those of an environment in
// addition: CORE4_OPTION_a__b=x sets b below a. The tree itself stays as it
// is. environ is in the form of os.Environ.
func WithEnvironment(tree map[string]any, environ []string) map[string]any {
	tree = cloned(tree)
	for _, pair := range slices.Sorted(slices.Values(environ)) {
		name, value, ok := strings.Cut(pair, "=")
		name, ours := strings.CutPrefix(name, envPrefix)
		if !ok || !ours || name == "" {
			continue
		}
		keys := strings.Split(name, "__")
		at := tree
		for _, key := range keys[:len(keys)-1] {
			next, isTree := at[key].(map[string]any)
			if !isTree {
				next = map[string]any{}
				at[key] = next
			}
			at = next
		}
		at[keys[len(keys)-1]] = value
	}
	return tree
}

func cloned(tree map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range tree {
		if below, ok := value.(map[string]any); ok {
			value = cloned(below)
		}
		out[key] = value
	}
	return out
}

// section is the part of a tree of settings at a dotted name, nil if there is
// none.
func section(tree map[string]any, name string) map[string]any {
	for key := range strings.SplitSeq(name, ".") {
		tree, _ = tree[key].(map[string]any)
	}
	return tree
}

// textSetting is a setting as text; false means that there is none.
func textSetting(in map[string]any, key string) (string, bool) {
	v, ok := in[key]
	if !ok || v == nil {
		return "", false
	}
	return fmt.Sprint(v), true
}

// truthSetting is a setting that is so or not, otherwise if there is none.
func truthSetting(in map[string]any, key string, otherwise bool) (bool, error) {
	text, ok := textSetting(in, key)
	if !ok {
		return otherwise, nil
	}
	v, err := strconv.ParseBool(strings.ToLower(text))
	if err != nil {
		return otherwise, fmt.Errorf("setting %s: %q is neither true nor false", key, text)
	}
	return v, nil
}

// readOfAPI are core4's own settings that are read here, by section; what else
// core4 has in these sections is told in other ways, or has no meaning here
// (docs/design/core4.md).
var readOfAPI = map[string][]string{
	"api":                {"allow_origin", "default_static", "new_range", "tag"},
	"api.setting":        {"debug", "compress_response"},
	"api.token":          {},
	"api.reset_password": {},
}

// configured are the settings of a handler that configuration may set in place
// of the handler and its rule. All of them are texts.
var configured = []string{"log_level", "template_path", "static_path"}

// warnUnknown tells of settings below a name that nothing reads. Trees below
// it may be others'.
func warnUnknown(log *slog.Logger, name string, have map[string]any, known ...string) {
	for _, key := range slices.Sorted(maps.Keys(have)) {
		if _, tree := have[key].(map[string]any); !tree && !slices.Contains(known, key) {
			log.WarnContext(context.Background(), "unknown setting", "setting", name+"."+key)
		}
	}
}
