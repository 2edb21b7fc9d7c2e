package job

import (
	"regexp"
	"slices"
	"strings"
)

// KindTag is on jobs whose name is that of their kind.
const KindTag = "core4"

// OtherKinds begins the kinds of all other jobs, so that what their owners call
// them never is somebody's kind.
const OtherKinds = "heddle.jobs."

var (
	qualified = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)+$`)
	unnamed   = regexp.MustCompile(`[^A-Za-z0-9_]+`)
)

// Qualified reports whether a text can name a kind: segments with dots between
// them, two or more.
func Qualified(text string) bool { return qualified.MatchString(text) }

// QualName is the qualified name of a job's kind, which rights to other people's
// jobs are written against. Where the name is not that of a kind, it is at the end of
// "heddle.jobs.", with an underscore for what names do not have.
func (s Spec) QualName() string {
	if slices.Contains(s.Tags, KindTag) && Qualified(s.Name) && !strings.HasPrefix(s.Name, OtherKinds) {
		return s.Name
	}
	name := strings.Trim(unnamed.ReplaceAllString(s.Name, "_"), "_")
	if name == "" {
		name = "unnamed"
	}
	return OtherKinds + name
}
