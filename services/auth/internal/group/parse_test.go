package group

import (
	"strings"
	"testing"
)

func TestParseRights(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		parse     func(string) (string, error)
		good, bad []string
	}{
		"vo":       {ParseVO, []string{"cms", "LHCb", "a.b-c_9"}, []string{"", "a b", "a/b", "a\n", strings.Repeat("x", 65)}},
		"property": {ParseProperty, []string{"NormalUser", "Job_Sharing2"}, []string{"", "9a", "a-b", "a b", "a\n", strings.Repeat("x", 65)}},
		"setup":    {ParseSetup, []string{"Prod", "DIRAC-Certification"}, []string{"", "a b", "a:b", "a\n"}},
		"idp role": {ParseIdPRole, []string{"/vo/cms", "urn:x:y#z"}, []string{"", "a b", "ä", "a\n", strings.Repeat("x", 201)}},
	} {
		for _, in := range c.good {
			if got, err := c.parse(in); got != in || err != nil {
				t.Errorf("%s %q is %q, %v", what, in, got, err)
			}
		}
		for _, in := range c.bad {
			if got, err := c.parse(in); err == nil {
				t.Errorf("%s %q is taken as %q", what, in, got)
			}
		}
	}
}
