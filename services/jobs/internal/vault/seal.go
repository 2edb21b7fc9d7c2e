package vault

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/json"
	"errors"

	"github.com/nats-io/nats.go/jetstream"

	"github.com/heddle-dev/heddle/pkg/id"
)

// KeyBucket is the bucket of the key that seals entries: whoever gets hold of
// the entries alone can use none of them.
const KeyBucket = "JOBS_VAULT_KEY"

// theKey is the key's name. Another key would have another.
const theKey = "1"

const keySize = 32 // AES-256

// sealer returns the cipher of the key, which the first replica makes.
func sealer(ctx context.Context, kv jetstream.KeyValue) (cipher.AEAD, error) {
	key := make([]byte, keySize)
	_, _ = rand.Read(key) // it never fails
	if _, err := kv.Create(ctx, theKey, key); err != nil {
		if !errors.Is(err, jetstream.ErrKeyExists) {
			return nil, err
		}
		e, err := kv.Get(ctx, theKey)
		if err != nil {
			return nil, err
		}
		key = e.Value()
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// seal makes an entry of a job's secrets: of no use under another job's id.
func (v *Vault) seal(job id.ID, s Secrets) ([]byte, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	return v.cipher.Seal(nil, nil, b, []byte(job.String())), nil
}

func (v *Vault) open(job id.ID, entry []byte) (s Secrets, err error) {
	b, err := v.cipher.Open(nil, nil, entry, []byte(job.String()))
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil { // the cause might quote it
		return nil, errors.New("vault: the entry of the job " + job.String() + " cannot be opened")
	}
	return s, nil
}
