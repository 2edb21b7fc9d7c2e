package follow

import (
	"errors"
	"strconv"
	"strings"
)

// Cursor is a place in a journal. "42" is behind the commit at position 42;
// "42.1" is behind the first event of that commit, with more of it to come.
// So a commit counts as seen only when all of it was.
type Cursor struct {
	Seq  uint64
	Part int // events of commit Seq that were seen; 0: all
}

// ErrCursor says that a text is no cursor.
var ErrCursor = errors.New("follow: not a cursor")

func (c Cursor) String() string {
	s := strconv.FormatUint(c.Seq, 10)
	if c.Part > 0 {
		s += "." + strconv.Itoa(c.Part)
	}
	return s
}

// ParseCursor reads what String writes. "0" is the beginning.
func ParseCursor(s string) (Cursor, error) {
	seq, part, inside := strings.Cut(s, ".")
	n, err := strconv.ParseUint(seq, 10, 63)
	if err != nil {
		return Cursor{}, ErrCursor
	}
	c := Cursor{Seq: n}
	if inside {
		p, err := strconv.ParseUint(part, 10, 31)
		if err != nil || p == 0 || n == 0 {
			return Cursor{}, ErrCursor
		}
		c.Part = int(p)
	}
	return c, nil
}

// whole is the position of the last commit of which everything was seen.
func (c Cursor) whole() uint64 {
	if c.Part > 0 {
		return c.Seq - 1
	}
	return c.Seq
}
