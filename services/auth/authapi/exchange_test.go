package authapi_test

import (
	"net/url"
	"reflect"
	"testing"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

func TestExchangeRequestIsReadOnce(t *testing.T) {
	t.Parallel()
	read := url.Values{"a": {"b c", "d"}, "e": {""}}
	for name, r := range map[string]authapi.ExchangeRequest{
		"as it was sent": {Body: "a=b+c&a=d&e="},
		"read before":    {Params: read},
		"both":           {Body: "a=b%20c&a=d&e", Params: url.Values{"x": {"y"}}},
	} {
		got, err := r.Read()
		if err != nil || got.Body != "" || !reflect.DeepEqual(got.Params, read) {
			t.Errorf("%s: %q, %v", name, got.Params, err)
		}
	}
	if _, err := (authapi.ExchangeRequest{Body: "a=%zz"}).Read(); authapi.ErrorCode(err) != authapi.InvalidRequest {
		t.Errorf("what cannot be read: %v", err)
	}
}
