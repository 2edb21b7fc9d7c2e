package user

import (
	"strings"
	"testing"
)

// taken runs a parser over what it must take and what it must refuse.
func taken[T ~string](t *testing.T, parse func(string) (T, error), good, bad []string) {
	t.Helper()
	for _, in := range good {
		if got, err := parse(in); string(got) != in || err != nil {
			t.Errorf("%q is %q, %v", in, got, err)
		}
	}
	for _, in := range bad {
		if got, err := parse(in); err == nil {
			t.Errorf("%q is taken as %q", in, got)
		}
	}
}

func TestParseAttributes(t *testing.T) {
	t.Parallel()
	taken(t, ParseEmail, []string{"", "alice@example.org", "a.b+c@localhost"},
		[]string{"alice", "a@b@c", "@b", "a@", "a b@c", "a@b\r\nBcc: x@y", "<a@b>", "a@b\x00", strings.Repeat("x", 254) + "@b"})
	taken(t, ParseDN, []string{"/CN=Alice", "/C=ch/O=Org/CN=Alice Ä", "/O=Grid/CN=host/fqdn.example.org", "/DC=ch/DC=cern/CN=a b/1.2.3=x"},
		[]string{"", "CN=Alice", "/", "/CN", "/CN=", "/CN=a\n", "/=x", "CN=Alice,O=Org", "/CN=a\x00", "/CN=" + strings.Repeat("x", 1000)})
	taken(t, ParseLogin, []string{"alice", "_svc", "A.b-c_9"},
		[]string{"", "root", "9a", "-a", "a b", "a:b", "a/b", "a\n", strings.Repeat("x", 33)})
	taken(t, ParseRealName, []string{"", "Alice Ärmel"}, []string{"a\nb", "\x1b[2J", "\xff", strings.Repeat("x", 201)})
}
