package tornado

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
)

// words is a compiled list of authorization words (5.7).
type words struct {
	open       bool // "any" or "all"
	known      bool // "authenticated"
	properties []string
	groups     []string // lower case, as all of these
	vos        []string
}

var (
	property  = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	groupName = regexp.MustCompile(`^[a-z0-9_][a-z0-9_./-]*$`)
)

// split takes lists apart whose elements may be lists with commas.
func split(list []string) []string {
	var out []string
	for _, text := range list {
		for word := range strings.SplitSeq(text, ",") {
			if word = strings.TrimSpace(word); word != "" {
				out = append(out, word)
			}
		}
	}
	return out
}

// ruleOf compiles words into an access rule. No words at all are
// "authenticated": opening an endpoint to everybody takes an explicit word.
func ruleOf(list []string) (who.Rule, error) {
	var w words
	for _, word := range split(list) {
		if err := w.add(strings.ToLower(word)); err != nil {
			return who.Rule{}, err
		}
	}
	name := strings.Join(split(list), ",")
	switch {
	case w.open && len(w.groups)+len(w.vos) == 0:
		return who.Public, nil
	case name == "":
		name = "authenticated"
	}
	return who.Custom(name, w.check), nil
}

func (w *words) add(word string) error {
	kind, value, qualified := strings.Cut(word, ":")
	switch {
	case word == "any" || word == "all":
		w.open = true
	case word == "authenticated":
		w.known = true
	case qualified && kind == "group" && groupName.MatchString(value):
		w.groups = append(w.groups, value)
	case qualified && kind == "vo" && groupName.MatchString(value):
		w.vos = append(w.vos, value)
	case property.MatchString(word):
		w.properties = append(w.properties, word)
	default:
		return fmt.Errorf("%q is no word of authorization", word)
	}
	return nil
}

// check is the rule. The filter by group and VO comes on top of the rest.
func (w words) check(p who.Principal) error {
	if p.Anonymous() {
		return errNoCredentials
	}
	if p.Group != "" && !slices.Contains(p.Groups, p.Group) {
		return denied("You are not a member of the group %q.", p.Group)
	}
	if len(w.groups)+len(w.vos) > 0 && !has(w.groups, p.Group) && !has(w.vos, p.VO) {
		return denied("This is not for your group.")
	}
	if w.open || w.known || len(w.properties) == 0 {
		return nil
	}
	for _, one := range p.Properties {
		if has(w.properties, one) {
			return nil
		}
	}
	return denied("Your group entitles to none of %s.", strings.Join(w.properties, ", "))
}

func has(list []string, one string) bool {
	return one != "" && slices.Contains(list, strings.ToLower(one))
}

func denied(format string, args ...any) error {
	return fault.New(fault.Denied, "insufficient_scope", format, args...)
}
