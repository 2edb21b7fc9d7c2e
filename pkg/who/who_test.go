package who_test

import (
	"context"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
)

func TestRules(t *testing.T) {
	t.Parallel()
	nobody := who.Principal{}
	user := who.Principal{ID: "u1"}
	operator := who.Principal{ID: "u2", Roles: []string{who.RoleOperator}}
	runner := who.Component("runner")
	cases := []struct {
		rule who.Rule
		p    who.Principal
		want fault.Kind // "" lets in
	}{
		{who.Public, nobody, ""},
		{who.Authenticated, nobody, fault.Unauthenticated},
		{who.Authenticated, user, ""},
		{who.Role(who.RoleOperator), nobody, fault.Unauthenticated},
		{who.Role(who.RoleOperator), user, fault.Denied},
		{who.Role(who.RoleOperator), operator, ""},
		{who.Service, operator, fault.Denied},
		{who.Service, runner, ""},
		{who.Rule{}, operator, fault.Denied},
	}
	for _, c := range cases {
		err := c.rule.Check(c.p)
		if c.want == "" && err != nil || c.want != "" && !fault.Is(err, c.want) {
			t.Errorf("%q for %+v: want %q, got %v", c.rule.Name, c.p, c.want, err)
		}
	}
	if (who.Rule{}).Valid() || !who.Public.Valid() {
		t.Error("only rules made by this package are valid")
	}
}

func TestContextCarriesThePrincipal(t *testing.T) {
	t.Parallel()
	if p := who.From(context.Background()); !p.Anonymous() {
		t.Errorf("an empty context is %+v", p)
	}
	p := who.From(who.With(context.Background(), who.Principal{ID: "u1", Roles: []string{who.RoleOperator}}))
	if p.ID != "u1" || !p.Operator() || p.Has(who.RoleService) {
		t.Errorf("got %+v", p)
	}
}
