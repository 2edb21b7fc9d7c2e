package storage

import "testing"

func TestPermissions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		"r-x": 0o500, "rwx": 0o700, "---": 0, "rw-": 0o600, "r-xr--": 0o540, "r-xr--r--": 0o544, "rwxrwxrwx": 0o777, "--x--x--x": 0o111,
		"": -1, "r": -1, "rx": -1, "r-xr": -1, "xwr": -1, "r-s": -1, "755": -1, "r-xr--r--r--": -1, "r-é": -1,
	} {
		p, ok := Permissions(text)
		if ok != (want >= 0) || ok && int(p) != want {
			t.Errorf("%q: %o, %v", text, p, ok)
		}
	}
}
