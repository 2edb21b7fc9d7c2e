// Package vault keeps the secrets that open the URLs of jobs' transfers. It is
// separate because its store, a NATS key-value bucket, is one that can forget,
// and that only the jobs service may open; the journal, which stays, holds the
// names of secrets. An entry is written before its job is accepted, so that no
// job is without its secrets; an entry without a job is harmless, and goes.
package vault

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/id"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Bucket is the name of the key-value bucket. Its keys are jobs' ids.
const Bucket = "JOBS_VAULT"

// Vault is the open vault.
type Vault struct {
	kv     jetstream.KeyValue
	cipher cipher.AEAD
}

// Secrets are a job's, by the names that its transfers give.
type Secrets = map[string]jobsapi.Secret

// Open returns the vault, making its bucket where it does not exist; 0
// replicas mean 1.
func Open(ctx context.Context, nc *nats.Conn, replicas int) (*Vault, error) {
	js, err := jetstream.New(nc)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	for wait := 20 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		once, cancel := context.WithTimeout(ctx, 5*time.Second)
		v, err := open(once, js, replicas)
		cancel()
		if err == nil {
			return v, nil
		}
		select {
		case <-time.After(wait): // JetStream may be late
		case <-ctx.Done():
			return nil, fmt.Errorf("vault: %w: %w", ctx.Err(), err)
		}
	}
}

func open(ctx context.Context, js jetstream.JetStream, replicas int) (*Vault, error) {
	keys, err := bucket(ctx, js, replicas, KeyBucket, "Heddle: the key to "+Bucket+"; for the jobs service only")
	if err != nil {
		return nil, err
	}
	kv, err := bucket(ctx, js, replicas, Bucket, "Heddle: what opens the URLs of jobs' transfers, sealed; for the jobs service only")
	if err != nil {
		return nil, err
	}
	c, err := sealer(ctx, keys)
	return &Vault{kv, c}, err
}

func bucket(ctx context.Context, js jetstream.JetStream, replicas int, name, about string) (jetstream.KeyValue, error) {
	kv, err := js.KeyValue(ctx, name)
	if !errors.Is(err, jetstream.ErrBucketNotFound) {
		return kv, err
	}
	return js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: name, Description: about, History: 1, Storage: jetstream.FileStorage, Replicas: max(replicas, 1),
	})
}

// Keep keeps a job's secrets. What is there already stays: kept is false then.
func (v *Vault) Keep(ctx context.Context, job id.ID, s Secrets) (kept bool, err error) {
	b, err := v.seal(job, s)
	if err != nil {
		return false, err
	}
	_, err = v.kv.Create(ctx, job.String(), b)
	if errors.Is(err, jetstream.ErrKeyExists) {
		return false, nil
	}
	return err == nil, err
}

// Replace puts others in the place of a job's secrets.
func (v *Vault) Replace(ctx context.Context, job id.ID, s Secrets) error {
	b, err := v.seal(job, s)
	if err == nil {
		_, err = v.kv.Put(ctx, job.String(), b)
	}
	return err
}

// Secrets returns a job's secrets; nil if there are none.
func (v *Vault) Secrets(ctx context.Context, job id.ID) (s Secrets, err error) {
	e, err := v.kv.Get(ctx, job.String())
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return v.open(job, e.Value())
}

// Since is when the entry was written; zero: there is none.
func (v *Vault) Since(ctx context.Context, job id.ID) (time.Time, error) {
	e, err := v.kv.Get(ctx, job.String())
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return e.Created(), nil
}

// Forget removes a job's secrets, of which nothing stays.
func (v *Vault) Forget(ctx context.Context, job id.ID) error { return v.kv.Purge(ctx, job.String()) }

// Jobs are those that have secrets.
func (v *Vault) Jobs(ctx context.Context) ([]id.ID, error) {
	lister, err := v.kv.ListKeys(ctx)
	if err != nil {
		return nil, err
	}
	var jobs []id.ID
	for key := range lister.Keys() {
		if n, err := id.Parse(key); err == nil {
			jobs = append(jobs, n)
		}
	}
	return jobs, ctx.Err()
}

// Tidy removes what marks that entries were forgotten long ago.
func (v *Vault) Tidy(ctx context.Context) error { return v.kv.PurgeDeletes(ctx) }
