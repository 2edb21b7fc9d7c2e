package jobdef

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Mark is the tag of the jobs of this door. Lists have no origin, so they tell
// them by it. Who puts it on a job of another door shows that job, their own,
// to those who may see jobs of the name.
const Mark = jobsapi.KindTag

// Same is the tag that jobs of one name and the same arguments have.
func Same(name string, args []byte) string {
	sum := sha256.Sum256(append([]byte(name+"\n"), args...))
	return Mark + "-" + hex.EncodeToString(sum[:16])
}

// NameOf is the qualified name of a job.
func NameOf(j jobsapi.Job) string { return j.Spec.QualName() }
