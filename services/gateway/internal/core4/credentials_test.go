package core4

import (
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// What was a credential is not there for the handler; what was none is.
func TestUsedArgumentsAreRemoved(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		given, left string
		shown       credential
	}{
		"token":    {"token username password x", "password username x", credential{token: "token", kind: authapi.KindCore4JWT}},
		"password": {"username password x", "x", credential{name: "username", password: "password"}},
		"name":     {"username x", "username x", credential{token: "sealed", kind: authapi.KindCore4Seal}},
		"nothing":  {"x", "x", credential{token: "sealed", kind: authapi.KindCore4Seal}},
	} {
		given := map[string]any{}
		for word := range strings.FieldsSeq(tc.given) {
			given[word] = word
		}
		args := arg.Of(given)
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", `token="sealed"`)
		if got := credentialOf(args, r); got != tc.shown || !slices.Equal(args.Names(), strings.Fields(tc.left)) {
			t.Errorf("%s: %+v leaves %q", name, got, args.Names())
		}
	}
}
