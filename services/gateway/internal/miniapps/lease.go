package miniapps

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
)

// entry is what is kept of one run of a program, without its token.
type entry struct {
	miniapp.Registration
	Owner     string `json:"owner"` // user id
	OwnerName string `json:"owner_name"`
	// Trusted programs may act in the browsers of those who visit them: their
	// owner is an operator.
	Trusted bool `json:"trusted,omitempty"`
}

// bucketName is where the leases are. They are in memory: whoever lives is
// there again a moment after NATS has lost them.
const (
	bucketName = "APPS"
	instances  = "instance."
	roots      = "root."
	// maxEntry bounds one lease, in bytes.
	maxEntry = 256 << 10
)

// leases keeps what all replicas share: which programs live, and whose each
// root is. What is not written again ends by itself.
type leases struct {
	js       jetstream.JetStream
	replicas int

	mu sync.Mutex
	kv jetstream.KeyValue
}

// bucket is the bucket, which is made where it is missing.
func (l *leases) bucket(ctx context.Context) (jetstream.KeyValue, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.kv != nil {
		return l.kv, nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	kv, err := l.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: bucketName, TTL: miniapp.Term, Storage: jetstream.MemoryStorage, Replicas: max(1, l.replicas), MaxValueSize: maxEntry,
		Description: "programs that have joined the gateway",
	})
	if err != nil {
		return nil, err
	}
	l.kv = kv
	return kv, nil
}

// lost forgets the bucket, so that it is made again if it is not there.
func (l *leases) lost() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kv = nil
}

// do works on the bucket, once more if it was lost.
func (l *leases) do(ctx context.Context, work func(jetstream.KeyValue) error) error {
	var err error
	for range 2 {
		var kv jetstream.KeyValue
		if kv, err = l.bucket(ctx); err != nil {
			continue
		}
		if err = work(kv); err == nil || fault.Is(err, fault.Conflict) {
			return err
		}
		l.lost()
	}
	return fault.Wrap(err, fault.Unavailable, "app.leases", "The leases cannot be kept just now; try again shortly.").WithRetry(time.Second)
}

func (l *leases) put(ctx context.Context, e entry) error {
	text, err := json.Marshal(e)
	if err != nil {
		return err
	}
	if len(text) > maxEntry {
		return fault.New(fault.Exhausted, "app.too_large", "The registration is larger than %d bytes.", maxEntry).WithStatus(413)
	}
	return l.do(ctx, func(kv jetstream.KeyValue) error {
		_, err := kv.Put(ctx, instances+e.Instance, text)
		return err
	})
}

func (l *leases) drop(ctx context.Context, instance string) error {
	return l.do(ctx, func(kv jetstream.KeyValue) error { return kv.Delete(ctx, instances+instance) })
}

// claim gives a root to an owner, or finds it theirs already. Of two who claim
// it at once, at whichever replicas, one gets it.
func (l *leases) claim(ctx context.Context, root, owner string) error {
	key := rootKey(root)
	return l.do(ctx, func(kv jetstream.KeyValue) error {
		var err error
		for range 10 {
			if err = claimOnce(ctx, kv, key, root, owner); !errors.Is(err, jetstream.ErrKeyExists) {
				return err
			}
		}
		return err
	})
}

// release gives a root back before its time, if it is the owner's. Whoever
// claims it meanwhile keeps it.
func (l *leases) release(ctx context.Context, root, owner string) error {
	return l.do(ctx, func(kv jetstream.KeyValue) error {
		now, err := kv.Get(ctx, rootKey(root))
		if errors.Is(err, jetstream.ErrKeyNotFound) || err == nil && string(now.Value()) != owner {
			return nil
		}
		if err == nil {
			err = kv.Delete(ctx, rootKey(root), jetstream.LastRevision(now.Revision()))
		}
		var refused *jetstream.APIError
		if errors.As(err, &refused) && refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
			return nil
		}
		return err
	})
}

func rootKey(root string) string {
	sum := sha256.Sum256([]byte(root))
	return roots + hex.EncodeToString(sum[:16])
}

// claimOnce gives jetstream.ErrKeyExists if somebody wrote meanwhile.
func claimOnce(ctx context.Context, kv jetstream.KeyValue, key, root, owner string) error {
	now, err := kv.Get(ctx, key)
	switch {
	case errors.Is(err, jetstream.ErrKeyNotFound):
		_, err = kv.Create(ctx, key, []byte(owner))
	case err != nil:
	case string(now.Value()) != owner:
		return taken(root)
	default:
		_, err = kv.Update(ctx, key, []byte(owner), now.Revision())
	}
	return err
}
