package authapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// TestEveryCallArrivesAsItWasSent calls every method over NATS with a request
// in which every field is set, as a caller whom its rule lets in.
func TestEveryCallArrivesAsItWasSent(t *testing.T) {
	t.Parallel()
	f := new(fake)
	s := natstest.Start(t)
	endpoints := slices.Concat(authapi.CredentialsEndpoints(f), authapi.OAuthEndpoints(f), authapi.StandingEndpoints(f),
		authapi.FederationEndpoints(f), authapi.Core4Endpoints(f), authapi.APIKeysEndpoints(f), authapi.GrantsEndpoints(f), authapi.AuditEndpoints(f),
		authapi.ProfilesEndpoints(f), authapi.AdminEndpoints(f))
	srv, err := natsrpc.Serve(t.Context(), s.Conn(t), natsrpc.Config{Name: "auth", Log: logx.Discard()}, endpoints)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := srv.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	}()
	nc, calls := s.Conn(t), 0
	ctx := who.With(t.Context(), who.Principal{ID: "svc-test", Roles: []string{who.RoleService, who.RoleOperator}})
	for _, client := range []any{
		authapi.NewCredentialsRPC(nc), authapi.NewOAuthRPC(nc), authapi.NewStandingRPC(nc), authapi.NewFederationRPC(nc),
		authapi.NewCore4RPC(nc), authapi.NewAPIKeysRPC(nc), authapi.NewGrantsRPC(nc), authapi.NewAuditRPC(nc),
		authapi.NewProfilesRPC(nc), authapi.NewAdminRPC(nc),
	} {
		for i, c := 0, reflect.ValueOf(client); i < c.NumMethod(); i++ {
			calls++
			roundTrip(t, ctx, f, fmt.Sprintf("%T.%s", client, c.Type().Method(i).Name), c.Method(i))
		}
	}
	if calls != len(endpoints) {
		t.Errorf("%d calls for %d endpoints", calls, len(endpoints))
	}
}

func roundTrip(t *testing.T, ctx context.Context, f *fake, name string, method reflect.Value) {
	t.Helper()
	question, answer := reflect.New(method.Type().In(1)).Elem(), reflect.New(method.Type().Out(0)).Elem()
	fill(question)
	fill(answer)
	*f = fake{plate: answer.Interface()}
	out := method.Call([]reflect.Value{reflect.ValueOf(ctx), question})
	if err, _ := out[1].Interface().(error); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	if !reflect.DeepEqual(f.asked, question.Interface()) {
		t.Errorf("%s was asked something else", name)
	}
	if !reflect.DeepEqual(out[0].Interface(), answer.Interface()) {
		t.Errorf("%s answered something else", name)
	}
	*f = fake{fail: authapi.Refuse(authapi.InvalidGrant, "No.")}
	out = method.Call([]reflect.Value{reflect.ValueOf(ctx), question})
	if err, _ := out[1].Interface().(error); authapi.ErrorCode(err) != authapi.InvalidGrant {
		t.Errorf("%s failed with %v", name, err)
	}
}

// fill sets every field that crosses the wire.
func fill(v reflect.Value) {
	switch {
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(at))
		return
	case v.Type() == reflect.TypeFor[json.RawMessage](), v.Type() == reflect.TypeFor[natsrpc.Encoded]():
		v.SetBytes([]byte(`{"a":1}`))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString("Ä\n<&>\"")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(1<<53 - 1)
	case reflect.Uint64:
		v.SetUint(1<<53 - 1)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0))
		fill(v.Index(1))
	case reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		fill(value)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("a b"), value)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				fill(v.Field(i))
			}
		}
	default:
		panic(v.Type())
	}
}

// TestSecretsAreNotPrinted: what carries a secret shows nothing of it.
func TestSecretsAreNotPrinted(t *testing.T) {
	t.Parallel()
	for _, v := range []any{
		authapi.PasswordProof{Password: "canary"}, authapi.TokenProof{Value: "canary"}, authapi.UserCode{Code: "canary"},
		authapi.ExchangeRequest{Basic: &authapi.BasicClient{Secret: "canary"}, Body: "code=canary", Params: map[string][]string{"code": {"canary"}}},
		authapi.BasicClient{Secret: "canary"}, authapi.Tokens{AccessToken: "canary"}, authapi.Device{DeviceCode: "canary"},
		authapi.Redirect{URL: "canary"}, authapi.LogoutRequest{IDTokenHint: "canary"}, authapi.UpstreamStart{Browser: "canary"},
		authapi.UpstreamGo{URL: "canary"}, authapi.UpstreamBack{Code: "canary"}, authapi.Core4Token{Token: "canary"},
		authapi.ResetRequest{Token: "canary"}, authapi.APIKeySecret{Secret: "canary"},
		authapi.RegistrationSecret{Secret: "canary"}, authapi.ProfileChange{Password: new("canary")},
	} {
		var log strings.Builder
		logx.New(&log, "json", slog.LevelDebug).Error("x", "value", v, "error", fmt.Errorf("%v %+v %#v %s", v, v, v, v))
		if log.Len() == 0 || strings.Contains(log.String(), "canary") {
			t.Errorf("%T shows its secret", v)
		}
	}
}

// lossy is an authorization server whose connection is lost before it answers.
type lossy struct {
	*fake
	exchanged atomic.Int32
	lose      func()
}

func (l *lossy) Exchange(context.Context, authapi.ExchangeRequest) (natsrpc.Encoded, error) {
	if l.exchanged.Add(1) == 1 {
		l.lose()
	}
	return natsrpc.Encoded("{}"), nil
}

// TestAnExchangeIsNotRepeated: a code that comes twice is a stolen one, so
// the transport must not send it again on its own.
func TestAnExchangeIsNotRepeated(t *testing.T) {
	t.Parallel()
	s := natstest.Start(t)
	l := &lossy{fake: new(fake), lose: func() { s.Restart(t) }}
	srv, err := natsrpc.Serve(t.Context(), s.Conn(t), natsrpc.Config{Name: "auth", Log: logx.Discard()}, authapi.OAuthEndpoints(l))
	if err != nil {
		t.Fatal(err)
	}
	_, err = authapi.NewOAuthRPC(s.Conn(t)).Exchange(t.Context(), authapi.ExchangeRequest{})
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	if err := srv.Stop(context.WithoutCancel(t.Context())); err != nil {
		t.Error(err)
	}
	if n := l.exchanged.Load(); n != 1 {
		t.Errorf("it was exchanged %d times", n)
	}
}
