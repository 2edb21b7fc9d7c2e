package who_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/who"
)

func TestRulesHaveNames(t *testing.T) {
	t.Parallel()
	for _, rule := range []who.Rule{who.Public, who.Authenticated, who.Role(who.RoleOperator), who.Role("x")} {
		got, ok := who.Named(rule.Name)
		if !ok || got.Name != rule.Name || !got.Valid() {
			t.Errorf("%q is %q, %v", rule.Name, got.Name, ok)
		}
	}
	for _, name := range []string{"", "service", "role:", "role:service", "PUBLIC", "public ", "anything"} {
		if got, ok := who.Named(name); ok || got.Valid() || got.Check(who.Principal{ID: "u", Roles: []string{"service"}}) == nil {
			t.Errorf("%q is the rule %q", name, got.Name)
		}
	}
}
