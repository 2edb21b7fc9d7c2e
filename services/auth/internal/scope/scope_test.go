package scope_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/scope"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]scope.Request{
		"":                          {},
		"  ":                        {},
		"openid":                    {Plain: []string{"openid"}},
		" api  openid api ":         {Plain: []string{"openid", "api"}},
		"phone address":             {},
		"api:read operator bound":   {Plain: []string{"api:read", "operator", "bound"}},
		"g:dirac_user":              {Group: "dirac_user"},
		"g:a group:b":               {Group: "a"},
		"group:a:b":                 {Group: "a:b"},
		"vo:lhcb vo:lhcb":           {VO: "lhcb"},
		"property:B p:A property:A": {Properties: []string{"A", "B"}},
		"lifetime:60":               {Lifetime: time.Minute},
		"lifetime:60 lifetime:30":   {Lifetime: 30 * time.Second},
		"lifetime:2147483647":       {Lifetime: scope.MaxLifetime},
		"offline_access profile email g:a groups": {Plain: []string{"profile", "email", "groups", "offline_access"}, Group: "a"},
	} {
		got, err := scope.Parse(text)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %+v, %v", text, got, err)
		}
		if again, err := scope.Parse(got.String()); err != nil || !reflect.DeepEqual(again, got) {
			t.Errorf("%q is %+v, %v", got.String(), again, err)
		}
		if len(got.Lines()) != len(got.Words()) {
			t.Errorf("%q has %d lines", got.String(), len(got.Lines()))
		}
		for _, line := range got.Lines() {
			if line.Word == "" || line.Text == "" {
				t.Errorf("%q says %+v", got.String(), line)
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"OpenID", "read", "api:write", "operator:x", "root", "proxy", "openid proxy", "openid:", ":", "g", "vo",
		"g:", "group:", "vo:", "p:", "property:", "lifetime:", "vo:a vo:b",
		"lifetime:0", "lifetime:-1", "lifetime:+1", "lifetime:1.5", "lifetime:1h", "lifetime:99999999999999999999", "lifetime:٣",
		"openid\tapi", "openid\napi", "a\x00b", "\x7f", `g:"a"`, `g:a\b`, "g:é", "g:\xff",
		strings.Repeat("api ", scope.MaxWords+1), strings.Repeat(" ", scope.Longest+1),
	} {
		got, err := scope.Parse(text)
		var wrong *scope.Error
		if !errors.As(err, &wrong) || !strings.HasPrefix(err.Error(), "scope ") {
			t.Errorf("%.40q is %+v, %v", text, got, err)
		}
	}
}

func TestFor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ asked, registered, want string }{
		{"", "", "api"},
		{"openid", "", "openid api"},
		{"g:dirac_user", "", "api g:dirac_user"},
		{"api:read", "", "api:read"},
		{"api:read", "api", "api:read"},
		{"api api:read", "", "api api:read"},
		{"openid", "openid api:read", "openid api:read"},
		{"openid", "openid", "openid"},
		{"openid g:a lifetime:60", "openid", "openid g:a lifetime:60"},
		{"operator", "operator api", "api operator"},
		{"operator", "", "invalid"},
		{"api", "api:read", "invalid"},
		{"email", "openid", "invalid"},
	} {
		r, err := scope.Parse(c.asked)
		if err != nil {
			t.Fatal(err)
		}
		before := r.String()
		got, err := r.For(strings.Fields(c.registered))
		if (err != nil) != (c.want == "invalid") || err == nil && got.String() != c.want {
			t.Errorf("%q of a client with %q is %q, %v", c.asked, c.registered, got, err)
		}
		if r.String() != before {
			t.Errorf("%q was changed to %q", before, r)
		}
	}
}

func TestNarrowedAndWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		granted, asked, left string
		within               bool
	}{
		{"openid api g:a", "", "openid api g:a", true},
		{"openid api g:a", "openid", "openid g:a", true},
		{"openid api g:a", "g:a", "openid api g:a", true},
		{"openid api g:a", "api:read", "api:read g:a", true},
		{"openid api g:a p:A p:B", "api p:B", "api g:a property:B", true},
		{"api", "api lifetime:60", "api lifetime:60", true},
		{"api lifetime:60", "api", "api lifetime:60", false},
		{"api lifetime:60", "api lifetime:90", "api lifetime:60", false},
		{"api lifetime:60", "lifetime:30", "api lifetime:30", true},
		{"openid", "api", "", false},
		{"openid", "api:read", "", false},
		{"api:read", "api", "", false},
		{"api", "operator", "", false},
		{"api g:a", "g:b", "", false},
		{"api", "g:b", "", false},
		{"api", "vo:b", "", false},
		{"api p:A", "p:B", "", false},
	} {
		granted, err := scope.Parse(c.granted)
		asked, err2 := scope.Parse(c.asked)
		if err != nil || err2 != nil {
			t.Fatal(err, err2)
		}
		left, err := scope.Narrowed(granted, asked)
		if (err == nil) != (c.left != "") || left.String() != c.left {
			t.Errorf("%q of %q leaves %q, %v", c.asked, c.granted, left, err)
		}
		if got := scope.Within(asked, granted); got != c.within {
			t.Errorf("%q within %q: %v", c.asked, c.granted, got)
		}
	}
}

func TestWhatCanBeRegistered(t *testing.T) {
	t.Parallel()
	all := append(scope.Unregistered(), scope.Operator)
	if err := scope.Known(all); err != nil || len(all) != 9 {
		t.Errorf("%v: %v", all, err)
	}
	if slices.Contains(scope.Unregistered(), scope.Operator) {
		t.Error("a client is an operator's without a word")
	}
	for _, w := range []string{"g:a", "phone", "proxy", "", "API"} {
		if scope.Known([]string{w}) == nil {
			t.Errorf("%q can be registered", w)
		}
	}
}
