package ecflow_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/gateway/internal/ecflow"
	"github.com/heddle-dev/heddle/services/gateway/internal/tokenfile"
)

// covers: E3-062
func TestListIsReadAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := open(t, nil)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go func() { _ = w.list.Run(ctx) }()
		status := func() int { return w.send("POST /v1/suites?key=fresh", suite).Code }
		if status() != 401 {
			t.Error("a token that is not there yet is taken")
		}
		text, err := tokenfile.Append(nil, tokenfile.Make("fresh app", "fresh", true, time.Now().Add(time.Minute)))
		if err != nil {
			t.Fatal(err)
		}
		w.write(strings.Trim(strings.TrimSpace(string(text)), "[]"))
		time.Sleep(20*time.Second + time.Millisecond)
		if status() != 200 {
			t.Error("the new token is refused after 20 s")
		}
		time.Sleep(40 * time.Second)
		if status() != 401 {
			t.Error("the token outlives its end")
		}
		w.write(example(""))
		time.Sleep(20 * time.Second)
		if got := w.send("POST /v1/suites?key="+token, suite); got.Code != 200 {
			t.Errorf("the second list: %d", got.Code)
		}
		w.write(example(`,"revoked_at":"` + time.Now().UTC().Format("2006-01-02T15:04:05Z") + `"`))
		time.Sleep(20 * time.Second)
		if got := w.send("POST /v1/suites?key="+token, suite); got.Code != 401 {
			t.Errorf("revoked: %d", got.Code)
		}
	})
}

// busy is a list that has no time.
type busy struct{}

func (busy) Verify(context.Context, string) (string, bool, error) {
	return "", false, fault.New(fault.Unavailable, "tokenfile.busy", "Later.").WithRetry(time.Second)
}

func TestListThatCannotTell(t *testing.T) {
	t.Parallel()
	w := open(t, func(d *ecflow.Deps) { d.Tokens = busy{} })
	got := w.send("DELETE /v1/suites/s/definition?key=x", "")
	is(t, "busy", got, http.StatusServiceUnavailable, `{"code":503,"message":"Later.","path":"/v1/suites/s/definition","method":"DELETE"}`)
	if got.Header().Get("Retry-After") != "1" {
		t.Errorf("headers: %v", got.Header())
	}
}
