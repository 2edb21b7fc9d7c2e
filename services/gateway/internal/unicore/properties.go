package unicore

import (
	"regexp"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/lenient"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
)

// property changes one property of a resource. What is wrong with the value
// is a fault, whose text the client gets.
type property func(value any) error

// notYet are the properties that a client may know as changeable but that
// cannot be changed yet.
var notYet = map[string]string{
	"tags":            "The tags cannot be changed yet.",
	"terminationTime": "Termination times are not offered yet.",
	"acl":             "Access control lists are not offered yet.",
	"umask":           "The umask cannot be changed yet.",
	"description":     "The description cannot be changed yet.",
}

// change sets the properties of the body, and answers for each what came of
// it. One that cannot be set does not stop the others.
func (a *ask) change(known map[string]property) error {
	doc, err := a.document()
	if err != nil {
		return err
	}
	verdicts := map[string]string{}
	for _, m := range doc {
		set, ok := known[m.Name]
		if !ok {
			verdicts[m.Name] = "Property not found or cannot be modified!"
			if text, later := notYet[m.Name]; later {
				verdicts[m.Name] = text
			}
			continue
		}
		verdicts[m.Name] = "OK"
		if err := set(m.Value); err != nil {
			f := fault.From(err)
			switch f.Kind {
			case fault.Invalid, fault.Denied, fault.Unsupported, fault.Conflict, fault.Exhausted:
				verdicts[m.Name] = message(f)
			default: // not the value's fault
				return err
			}
		}
	}
	return a.show(verdicts)
}

func wrong(format string, args ...any) error {
	return fault.New(fault.Invalid, "unicore.property", format, args...)
}

// tagsOf reads labels: a list, or one text of them.
func tagsOf(v any) ([]string, error) {
	tags, ok := textsOf(v)
	if !ok {
		return nil, wrong("Tags are a list of texts.")
	}
	for _, tag := range tags {
		if isLabel(tag) {
			return nil, wrong("Tags must not begin with %q.", labelPrefix)
		}
	}
	return tags, nil
}

// textsOf reads a list of texts; one text is split as tags are.
func textsOf(v any) ([]string, bool) {
	if s, ok := v.(string); ok {
		return description.SplitTags(s), true
	}
	items, ok := v.([]any)
	texts := []string{}
	for _, item := range items {
		s, isText := lenient.Text(item)
		ok = ok && isText && s != ""
		texts = append(texts, s)
	}
	return texts, ok
}

const usualUmask = "077"

func umaskOf(v any) (string, error) {
	s, _ := lenient.Text(v)
	if len(s) == 0 || len(s) > 4 || strings.Trim(s, "01234567") != "" {
		return "", wrong("A umask is an octal number from 0 to 777, such as 077.")
	}
	return s, nil
}

var aclEntry = regexp.MustCompile(`^(read|write|modify):(DN|VO|GROUP|UID|ROLE):(.+)$`)

// aclOf reads entries of the form access:type:value.
func aclOf(v any) ([]string, error) {
	items, ok := v.([]any)
	entries := []string{}
	for _, item := range items {
		s, isText := lenient.Text(item)
		parts := aclEntry.FindStringSubmatch(s)
		if ok = ok && isText && parts != nil; ok && parts[2] == "DN" {
			kind, name := whose(parts[3])
			if name == "" {
				return nil, wrong("%q is no distinguished name such as CN=Jane,O=Grid.", parts[3])
			}
			s = parts[1] + ":" + kind + ":" + name
		}
		entries = append(entries, s)
	}
	if !ok {
		return nil, wrong("An acl is a list of texts such as read:UID:jane; access is read, write or modify, and types are DN, VO, GROUP, UID, and ROLE (user or admin).")
	}
	return entries, nil
}

// timeOf reads a time to come: a full one, one without seconds and zone, or
// one of the next 24 hours.
func timeOf(v any, now time.Time) (time.Time, error) {
	at, ok := description.ParseTime(v, now)
	switch {
	case !ok:
		return at, wrong("A time is written as 2026-11-20T23:06:38+0000, 2026-11-20 23:06 or 23:06.")
	case at.Before(now):
		return at, wrong("The time %s is over already.", stamp(at))
	}
	return at, nil
}

// untilStamp is a time that may not be set.
func untilStamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return stamp(t)
}
