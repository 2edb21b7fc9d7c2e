package broker

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
	"github.com/heddle-dev/heddle/pkg/who"
)

// everyday are subjects that somebody could want to speak or listen to.
var everyday = []string{
	"cmd.auth.user.register", "cmd.auth.credential.token", "cmd.jobs.job.submit", "qry.jobs.job.list", "cmd.jobs.runner.register", "evt.jobs.job.u1.j1",
	"evt.auth.user.u1.u1", "sig.jobs.log.j1", "$JS.API.STREAM.LIST", "$JS.API.INFO", "$KV.APPS.instance.x", "$JS.API.STREAM.MSG.GET.KV_APPS", "$SRV.PING", "$SYS.REQ.SERVER.PING",
	"_INBOX.x", miniapp.Inbox("another") + ".x", "x",
}

// TestWhatAProgramMaySay walks the subjects: a program that joins may ask the
// gateway, and hear what is answered to it, and nothing else.
func TestWhatAProgramMaySay(t *testing.T) {
	t.Parallel()
	b := start(t)
	b.Admit(func(context.Context, string, string, net.Addr) (who.Principal, error) { return who.Principal{}, nil },
		func(_ context.Context, token string, from net.Addr) (who.Principal, error) {
			if token != "hdl_good" || from == nil {
				return who.Principal{}, errors.New("not known")
			}
			return who.Principal{ID: "u1", Name: "alice", Roles: []string{who.RoleOperator}}, nil
		})
	house, err := b.Connect("test")
	if err != nil {
		t.Fatal(err)
	}
	defer house.Close()
	refused := make(chan string, 100)
	nc, err := nats.Connect(b.URL(), nats.Token("hdl_good"), nats.CustomInboxPrefix(miniapp.Inbox("hdl_good")),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err.Error() }))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	heard, err := house.SubscribeSync(">")
	if err != nil || house.Flush() != nil {
		t.Fatal(err)
	}
	for _, subject := range append(everyday, miniapp.Inbox("hdl_good")+".x", miniapp.Subject+".more") {
		if err := nc.Publish(subject, []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	for _, subject := range append(everyday, miniapp.Subject, miniapp.Inboxes, ">", "*", "evt.>", "cmd.>") {
		if _, err := nc.SubscribeSync(subject); err != nil {
			t.Fatal(err)
		}
	}
	wants := 2*len(everyday) + 2 + 6
	for n := range wants {
		select {
		case text := <-refused:
			if !strings.Contains(strings.ToLower(text), "permissions violation") {
				t.Error(text)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("of %d things that it may not do, %d were refused", wants, n)
		}
	}
	// What it may do.
	if _, err := house.Subscribe(miniapp.Subject, func(m *nats.Msg) { _ = m.Respond([]byte("welcome")) }); err != nil || house.Flush() != nil {
		t.Fatal(err)
	}
	if m, err := nc.Request(miniapp.Subject, []byte("let me in"), 5*time.Second); err != nil || string(m.Data) != "welcome" {
		t.Errorf("it asks to be let in: %v, %v", m, err)
	}
	if err := errors.Join(nc.Flush(), house.Flush()); err != nil {
		t.Fatal(err)
	}
	for n, _, _ := heard.Pending(); n > 0; n-- {
		m, err := heard.NextMsg(time.Second)
		if err != nil {
			t.Fatal(err)
		}
		if m.Subject != miniapp.Subject && !strings.HasPrefix(m.Subject, miniapp.Inbox("hdl_good")) && !strings.HasPrefix(m.Subject, "$") {
			t.Errorf("%s was heard", m.Subject)
		}
	}
}

func TestWhoIsNotKnownMayNotConnect(t *testing.T) {
	t.Parallel()
	b := start(t)
	try := func(name string, opts ...nats.Option) {
		t.Helper()
		if nc, err := nats.Connect(b.URL(), opts...); err == nil {
			nc.Close()
			t.Errorf("%s may connect", name)
		}
	}
	try("a token, before anybody is let in", nats.Token("hdl_good"))
	b.Admit(func(_ context.Context, name, password string, _ net.Addr) (who.Principal, error) {
		if name != password {
			return who.Principal{}, errors.New("no")
		}
		return who.Principal{ID: "u1", Name: name}, nil
	}, func(_ context.Context, token string, _ net.Addr) (who.Principal, error) {
		if token == "nobody" {
			return who.Principal{}, nil
		}
		return who.Principal{}, errors.New("no")
	})
	try("nothing")
	try("a wrong token", nats.Token("hdl_bad"))
	try("a token of nobody", nats.Token("nobody"))
	try("a wrong password", nats.UserInfo("a", "b"))
	try("the name of a component", nats.UserInfo("service", "hdl_good"))
	nc, err := nats.Connect(b.URL(), nats.UserInfo("a", "a"))
	if err != nil {
		t.Fatalf("a person: %v", err)
	}
	nc.Close()
}
