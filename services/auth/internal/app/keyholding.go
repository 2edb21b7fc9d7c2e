package app

import (
	"context"
	"slices"

	"github.com/heddle-dev/heddle/services/auth/internal/key"
	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

// holding is what there is of the keys: private halves and what is known.
type holding struct {
	private []private
	known   []key.Dated
}

// private is an entry of the vault.
type private struct {
	token.Key
	number int
}

// holding looks into the vault first: an entry that the journal does not know
// then is one of which nobody has told yet.
func (a *App) holding(ctx context.Context) (holding, error) {
	var h holding
	entries, err := a.Vault.SigningEntries(ctx)
	if err != nil {
		return h, problem(err)
	}
	for _, e := range entries {
		k, err := token.ParseKey(e.Secret)
		if err != nil {
			return h, err
		}
		h.private = append(h.private, private{k, e.Number})
	}
	if err := a.View.Fresh(ctx); err != nil {
		return h, problem(err)
	}
	h.known, err = a.View.Keys(ctx)
	return h, problem(err)
}

func (h holding) find(id string) key.Dated {
	if i := slices.IndexFunc(h.known, func(k key.Dated) bool { return k.ID == id }); i >= 0 {
		return h.known[i]
	}
	return key.Dated{}
}

func (h holding) usable(id string) bool {
	return slices.ContainsFunc(h.private, func(p private) bool { return p.ID == id })
}

// signs reports whether there is a key for the use that signs.
func (h holding) signs(use key.Use) bool {
	return slices.ContainsFunc(h.known, func(k key.Dated) bool { return k.Use == use && k.Stage == key.Signing && h.usable(k.ID) })
}

// newest is the number of the vault's last entry.
func (h holding) newest() int {
	if len(h.private) == 0 {
		return 0
	}
	return h.private[len(h.private)-1].number
}

// keyUses are those whose keys are ours to make.
var keyUses = []key.Use{key.Access, key.ID}

func useOf(k token.Key) key.Use {
	if k.ForAccess() {
		return key.Access
	}
	return key.ID
}
