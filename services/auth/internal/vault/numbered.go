package vault

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/nats-io/nats.go/jetstream"
)

// SigningKeys returns the private keys, oldest first.
func (v *Vault) SigningKeys(ctx context.Context) ([][]byte, error) { return v.numbered(ctx, signing) }

// AddSigningKey keeps a private key as the newest, unless there are not
// (any more) as many as the caller thinks: then another replica has added one
// and added is false.
func (v *Vault) AddSigningKey(ctx context.Context, have int, secret []byte) (added bool, err error) {
	return v.add(ctx, signing, have, secret)
}

// Secrets returns the symmetric keys of a kind, "mac.refresh" for one, oldest
// first.
func (v *Vault) Secrets(ctx context.Context, kind string) ([][]byte, error) {
	return v.numbered(ctx, kind+".")
}

// AddSecret does for a symmetric key what AddSigningKey does for a private one.
func (v *Vault) AddSecret(ctx context.Context, kind string, have int, secret []byte) (added bool, err error) {
	return v.add(ctx, kind+".", have, secret)
}

func (v *Vault) add(ctx context.Context, prefix string, have int, secret []byte) (added bool, err error) {
	_, err = v.kv.Create(ctx, prefix+strconv.Itoa(have+1), secret)
	if errors.Is(err, jetstream.ErrKeyExists) {
		return false, nil
	}
	return err == nil, err
}

func (v *Vault) numbered(ctx context.Context, prefix string) ([][]byte, error) {
	numbers, err := v.numbers(ctx, prefix)
	if err != nil {
		return nil, err
	}
	secrets := make([][]byte, 0, len(numbers))
	for _, n := range numbers {
		b, err := v.get(ctx, prefix+strconv.Itoa(n))
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, b)
	}
	return secrets, nil
}

func (v *Vault) numbers(ctx context.Context, prefix string) ([]int, error) {
	lister, err := v.kv.ListKeysFiltered(ctx, prefix+"*")
	if err != nil {
		return nil, err
	}
	var numbers []int
	for key := range lister.Keys() {
		n, err := strconv.Atoi(strings.TrimPrefix(key, prefix))
		if err != nil {
			return nil, fmt.Errorf("vault: strange entry %q", key)
		}
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers, ctx.Err()
}
