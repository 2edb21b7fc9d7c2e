package broker

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
	"github.com/heddle-dev/heddle/pkg/logx"
)

func start(t *testing.T) *Broker {
	t.Helper()
	b, err := Start(t.Context(), Config{Dir: t.TempDir(), Listen: listentest.Host() + ":0", Log: logx.Discard()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Stop)
	return b
}

// JetStream is taken away, as NATS does by itself when it may not write.
func TestJetStreamComesBackByItself(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	b := start(t)
	nc, err := b.Connect("test")
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := js.CreateStream(ctx, jetstream.StreamConfig{Name: "S", Subjects: []string{"s.>"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := js.Publish(ctx, "s.1", nil); err != nil {
		t.Fatal(err)
	}
	url, back := b.URL(), nc.StatusChanged(nats.CONNECTED)
	if err := b.current().ShutdownJetStream(); err != nil {
		t.Fatal(err)
	}
	select {
	case <-back:
	case <-ctx.Done():
		t.Fatal("the server was not restarted")
	}
	if ack, err := js.Publish(ctx, "s.2", nil); err != nil || ack.Sequence != 2 {
		t.Errorf("after the restart: %+v %v", ack, err)
	}
	if now := b.current().ClientURL(); now != url || b.URL() != url {
		t.Errorf("it was at %s and is at %s", url, now)
	}
}

func TestADirectoryThatTakesNothingIsNotRoomy(t *testing.T) {
	t.Parallel()
	b := start(t)
	if err := b.roomy(); err != nil {
		t.Errorf("an empty disk: %v", err)
	}
	b.opts.StoreDir += "/gone"
	if b.roomy() == nil {
		t.Error("there is room in a directory that does not exist")
	}
}
