package revocation

import (
	"strings"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/pkg/who"
)

// maxChanged bounds how many users' changes are kept apart.
const maxChanged = 100_000

// changes is where the journal last changed what users may do. It is kept
// beside the revocations because whoever remembers a user's rights must
// forget them as fast as a credential ends.
type changes struct {
	users map[string]uint64 // by id
	all   uint64
}

// Fresh reports whether what was known of a user at the credential's position
// is still so: nothing about them, their groups or roles was written since.
func (s *Set) Fresh(f who.Facts) bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return f.Position >= s.changed.all && f.Position >= s.changed.users[f.User]
}

// note takes over what a commit changes. A group or a role changes everybody:
// who has it is not known here.
func (c *changes) note(commit es.Recorded) {
	topic := strings.Split(commit.Topic, ".") // evt.auth.<aggregate>.<owner>.<id>
	if len(topic) != 5 {
		return
	}
	switch topic[2] {
	case "user":
		if len(c.users) >= maxChanged {
			c.everything(commit.Seq)
		}
		c.users[topic[4]] = commit.Seq
	case "group", "role":
		c.everything(commit.Seq)
	}
}

// everything says that anything may have changed up to a position.
func (c *changes) everything(position uint64) {
	c.users, c.all = map[string]uint64{}, position
}
