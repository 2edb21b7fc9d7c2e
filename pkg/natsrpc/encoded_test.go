package natsrpc_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/natsrpc"
	"github.com/heddle-dev/heddle/pkg/natstest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Either side may know what the answer is made of.
func TestEncodedTravelsAsItIs(t *testing.T) {
	t.Parallel()
	const text = `{ "text":"hello", "more":[1,2] }`
	c, _ := serve(t, natstest.Start(t), 0,
		natsrpc.Handle("qry.test.encoded", who.Public, func(context.Context, question) (natsrpc.Encoded, error) {
			return natsrpc.Encoded(text), nil
		}),
		natsrpc.Handle("qry.test.fail", who.Public, func(context.Context, question) (natsrpc.Encoded, error) {
			return natsrpc.Encoded(text), fault.New(fault.Conflict, "x", "x")
		}),
		natsrpc.Handle("qry.test.empty", who.Public, func(context.Context, question) (natsrpc.Encoded, error) { return nil, nil }),
		endpoint("qry.test.echo", echo))
	ctx := t.Context()
	if out, err := natsrpc.Call[question, natsrpc.Encoded](c, "qry.test.encoded")(ctx, question{}); err != nil || string(out) != text {
		t.Errorf("%s, %v", []byte(out), err)
	}
	if out, err := natsrpc.Call[question, reply](c, "qry.test.encoded")(ctx, question{}); err != nil || out.Text != "hello" {
		t.Errorf("read: %+v, %v", out, err)
	}
	if out, err := natsrpc.Call[question, natsrpc.Encoded](c, "qry.test.echo")(ctx, question{Text: "a"}); err != nil || string(out) != `{"text":"a"}` {
		t.Errorf("unread: %s, %v", []byte(out), err)
	}
	if out, err := natsrpc.Call[question, natsrpc.Encoded](c, "qry.test.fail")(ctx, question{}); !fault.Is(err, fault.Conflict) || out != nil {
		t.Errorf("a fault: %s, %v", []byte(out), err)
	}
	if _, err := natsrpc.Call[question, natsrpc.Encoded](c, "qry.test.empty")(ctx, question{}); !fault.Is(err, fault.Internal) {
		t.Errorf("nothing: %v", err)
	}
}

func TestEncodedShowsNothing(t *testing.T) {
	t.Parallel()
	e := natsrpc.Encoded(`{"secret":"canary"}`)
	var b strings.Builder
	logx.New(&b, "json", slog.LevelInfo).Info("x", "e", e)
	for _, text := range []string{fmt.Sprint(e), fmt.Sprintf("%v %+v %#v %s", e, e, e, e), b.String()} {
		if strings.Contains(text, "canary") || strings.Contains(text, "115 101 99") || !strings.Contains(text, "19 bytes") {
			t.Errorf("shown as %q", text)
		}
	}
	if text, err := json.Marshal(struct{ A any }{e}); err != nil || string(text) != `{"A":{"secret":"canary"}}` {
		t.Errorf("inside of something: %s, %v", text, err)
	}
}
