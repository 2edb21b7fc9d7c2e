package keeper

import (
	"os"
	"path/filepath"
	"strings"
)

// Alive reports whether a keeper lives whose directory has the name, as far
// as the processes of this machine tell.
func Alive(base string) bool {
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range lines {
		text, _ := os.ReadFile(path) // it may be gone
		args := strings.Split(strings.TrimRight(string(text), "\x00"), "\x00")
		if len(args) != 2 || args[0] != name {
			continue
		}
		if dir, ok := strings.CutPrefix(args[1], dirFlag); ok && filepath.Base(dir) == base {
			return true
		}
	}
	return false
}
