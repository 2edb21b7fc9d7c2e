package storage

import (
	"io/fs"
	"strings"
)

// Permissions reads rwx for the owner, for owner and group, or for all three;
// who is left out may nothing.
func Permissions(s string) (fs.FileMode, bool) {
	if len(s) != 3 && len(s) != 6 && len(s) != 9 {
		return 0, false
	}
	var p fs.FileMode
	for i, c := range s + strings.Repeat("-", 9-len(s)) {
		p <<= 1
		switch c {
		case rune("rwx"[i%3]):
			p |= 1
		case '-':
		default:
			return 0, false
		}
	}
	return p, true
}
