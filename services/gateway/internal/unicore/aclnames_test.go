package unicore

import (
	"slices"
	"testing"
)

func TestNamesOfAccessLists(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"read:DN:CN=alice,O=Heddle":           "read:UID:alice",
		"write:DN:CN=alice, O=Heddle":         "write:UID:alice",
		"read:DN:CN=Jane Doe,OU=a\\,b,O=Grid": "read:DN:/O=Grid/OU=a,b/CN=Jane Doe",
		"read:DN:/O=Grid/CN=Jane":             "read:DN:/O=Grid/CN=Jane",
		"read:DN:CN=alice,O=Heddle,C=DE":      "read:DN:/C=DE/O=Heddle/CN=alice",
		"modify:UID:jane":                     "modify:UID:jane",
		"read:DN:jane":                        "",
		"read:DN:CN=,O=Heddle":                "",
		"read:DN:CN=a,,O=b":                   "",
	} {
		got, err := aclOf([]any{given})
		if want == "" && err == nil || want != "" && (err != nil || !slices.Equal(got, []string{want})) {
			t.Errorf("%s: %q, %v; want %q", given, got, err, want)
		}
	}
	written := []string{"read:DN:/O=Grid/OU=a,b/CN=Jane", "read:UID:x"}
	if shown := aclFrom(written); !slices.Equal(shown, []string{"read:DN:CN=Jane,OU=a\\,b,O=Grid", "read:UID:x"}) {
		t.Errorf("shown: %q", shown)
	}
}
