package broker

import (
	"context"
	"os"
	"path/filepath"
	"time"
)

const (
	look = time.Second     // between two looks at the server's health
	calm = 5 * time.Second // after a restart, whether it helped or not
	room = 4 << 20         // bytes that must be free before a restart
)

// keep restarts a server that cannot write any more. NATS gives a stream up
// at its first failed write, and JetStream as a whole where it lacks the
// permission, and takes neither up again until it is started anew. That is
// done as soon as the directory takes data, so that a full disk heals when
// there is room. Restarting loses nothing: what was acknowledged was written,
// and all clients connect again.
func (b *Broker) keep(ctx context.Context) {
	rest := look
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(rest):
		}
		rest = look
		ill := b.ill()
		if ill == "" {
			continue
		}
		if err := b.roomy(); err != nil {
			b.log.Error("the journals cannot be written", "reason", ill, "disk", err)
			rest = calm
			continue
		}
		b.log.Warn("NATS is restarted", "reason", ill)
		b.close()
		if err := b.open(); err != nil {
			b.log.Error("NATS could not be restarted; will try again", "err", err)
		}
		rest = calm
	}
}

// ill says what is wrong with the server, if anything is.
func (b *Broker) ill() string {
	srv := b.current()
	if srv == nil {
		return "it does not run"
	}
	return srv.Healthz(nil).Error
}

// roomy reports whether the store's directory takes data.
func (b *Broker) roomy() error {
	probe := filepath.Join(b.opts.StoreDir, "room.probe")
	defer os.Remove(probe)
	return os.WriteFile(probe, make([]byte, room), 0o600)
}
