package archtest

import (
	"slices"
	"testing"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
)

// TestProgramsMayOnlyAskToJoin: what the compose lets programs do at NATS.
func TestProgramsMayOnlyAskToJoin(t *testing.T) {
	for _, name := range []string{"HEDDLE_NATS_PASSWORD", "HEDDLE_FOLLOWER_PASSWORD", "HEDDLE_APP_PASSWORD"} {
		t.Setenv(name, "secret-of-"+name)
	}
	opts, err := server.ProcessConfigFile("../../deploy/compose/nats.conf")
	if err != nil {
		t.Fatal(err)
	}
	at := slices.IndexFunc(opts.Users, func(u *server.User) bool { return u.Username == "app" })
	if at < 0 || opts.Users[at].Permissions == nil {
		t.Fatal("there is no user for programs, or it may do everything")
	}
	p := opts.Users[at].Permissions
	if !slices.Equal(p.Publish.Allow, []string{miniapp.Subject}) || !slices.Equal(p.Subscribe.Allow, []string{miniapp.Inboxes}) || p.Response != nil {
		t.Errorf("programs may say %v and hear %v", p.Publish, p.Subscribe)
	}
}
