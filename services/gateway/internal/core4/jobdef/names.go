package jobdef

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Mark is the tag of the jobs of this door. Lists have no origin, so they tell
// them by it. Who puts it on a job of another door shows that job, their own,
// to those who may see jobs of the name.
const Mark = "core4"

// others begins the names of the jobs of other doors, so that what their
// owners call them never is the name of a definition.
const others = "heddle.jobs."

// Same is the tag that jobs of one name and the same arguments have.
func Same(name string, args []byte) string {
	sum := sha256.Sum256(append([]byte(name+"\n"), args...))
	return Mark + "-" + hex.EncodeToString(sum[:16])
}

var unnamed = regexp.MustCompile(`[^A-Za-z0-9_]+`)

// NameOf is the qualified name of a job. One of another door has its name at
// the end of "heddle.jobs.", with an underscore for what names do not have.
func NameOf(j jobsapi.Job) string {
	if slices.Contains(j.Spec.Tags, Mark) && qualName.MatchString(j.Spec.Name) && !strings.HasPrefix(j.Spec.Name, others) {
		return j.Spec.Name
	}
	name := strings.Trim(unnamed.ReplaceAllString(j.Spec.Name, "_"), "_")
	if name == "" {
		name = "unnamed"
	}
	return others + name
}
