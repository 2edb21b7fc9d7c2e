package gateway_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Nothing may answer within a door but the door: no program joins at a path
// that looks like one of the gateway's own, though nothing is there yet.
func TestNoProgramSitsInADoor(t *testing.T) {
	t.Parallel()
	h := start(t)
	var key struct{ Secret string }
	h.as("admin", "hans").ok(&key, "POST", "/api/v1/tokens", `{"name":"squatter","scopes":["api","operator"]}`)
	say := func(context.Context, struct{}) (rest.Text, error) { return "x", nil }
	for _, root := range []string{"/auth/mine", "/oauth2/mine/too", "/core4/mine", "/DEMO-SITE/rest/mine"} {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		err := rest.ServeContext(ctx, rest.ServeOptions{Name: "squatter", Args: []string{"--join", h.nats.URL(), "--token", key.Secret},
			Out: whenSaid(cancel), Log: t.Output()}, rest.Container{Name: "mine", Root: root, Title: "Mine", Doc: "Sits.", Routes: []rest.Route{
			rest.Handle("GET /", who.Authenticated, rest.Doc{Title: "All"}, say)}})
		cancel()
		if err == nil || !strings.Contains(err.Error(), "app.root_is_a_door") {
			t.Errorf("%s: %v", root, err)
		}
	}
}

// whenSaid is called as soon as something is written.
type whenSaid func()

func (f whenSaid) Write(p []byte) (int, error) { f(); return len(p), nil }
