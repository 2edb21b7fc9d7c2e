package job

// Variable reports whether a name can be an environment variable's: every POSIX
// shell keeps and exports it. Others get lost on the way in silence.
func Variable(name string) bool {
	for i := range len(name) {
		c := name[i]
		letter := c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}
