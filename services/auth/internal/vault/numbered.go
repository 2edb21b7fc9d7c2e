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

// Entry is one of several secrets of a kind. A number is never given twice,
// and a greater one is younger.
type Entry struct {
	Number int
	Secret []byte
}

// SigningKeys returns the private keys, oldest first.
func (v *Vault) SigningKeys(ctx context.Context) ([][]byte, error) {
	return secrets(v.SigningEntries(ctx))
}

// SigningEntries returns the same with their numbers.
func (v *Vault) SigningEntries(ctx context.Context) ([]Entry, error) { return v.entries(ctx, signing) }

// AddSigningKey keeps a private key as the newest, unless the newest is not
// (any more) the one that the caller thinks (0: there is none): then another
// replica has added one and added is false.
func (v *Vault) AddSigningKey(ctx context.Context, newest int, secret []byte) (added bool, err error) {
	return v.add(ctx, signing, newest, secret)
}

// ForgetSigningKey removes a private key that signs nothing any more. It must
// not be the newest, whose number would be given again.
func (v *Vault) ForgetSigningKey(ctx context.Context, number int) error {
	return v.kv.Purge(ctx, signing+strconv.Itoa(number))
}

// Secrets returns the symmetric keys of a kind, "mac.refresh" for one, oldest
// first.
func (v *Vault) Secrets(ctx context.Context, kind string) ([][]byte, error) {
	return secrets(v.entries(ctx, kind+"."))
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

func secrets(entries []Entry, err error) ([][]byte, error) {
	out := make([][]byte, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.Secret)
	}
	return out, err
}

func (v *Vault) entries(ctx context.Context, prefix string) ([]Entry, error) {
	numbers, err := v.numbers(ctx, prefix)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, 0, len(numbers))
	for _, n := range numbers {
		b, err := v.get(ctx, prefix+strconv.Itoa(n))
		switch {
		case errors.Is(err, ErrMissing): // forgotten meanwhile
		case err != nil:
			return nil, err
		default:
			entries = append(entries, Entry{n, b})
		}
	}
	return entries, nil
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
