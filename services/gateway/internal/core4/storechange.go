package core4

import (
	"encoding/json"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

// The one value that is the store.
const (
	storeOwner = "store"
	storeName  = "tree"
)

// storeTree is the store and its version.
func (d *door) storeTree(c *app.Call) (storeTree, uint64, error) {
	text, version, err := d.Documents.Get(c.Context(), storeOwner, storeName)
	if err != nil || text == nil {
		return storeTree{}, version, err
	}
	tree := storeTree{}
	return tree, version, json.Unmarshal(text, &tree)
}

// changeStore stores what f makes of the store. Changes at the same time follow
// each other: one that did not see the other is made again.
func (d *door) changeStore(c *app.Call, f func(storeTree) error) error {
	for n := 1; ; n++ {
		tree, version, err := d.storeTree(c)
		if err == nil {
			err = f(tree)
		}
		if err != nil {
			return err
		}
		text, err := tree.text()
		if err != nil {
			return err
		}
		err = d.Documents.Put(c.Context(), storeOwner, storeName, text, version)
		if !fault.Is(err, fault.Conflict) || n == settingTries {
			return err
		}
	}
}

// text is the store as it is kept, nil for an empty one, within its bounds.
func (t storeTree) text() ([]byte, error) {
	if len(t) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(t)
	switch {
	case err != nil:
		return nil, err
	case len(t) > maxStoreCount:
		return nil, app.Error(http.StatusRequestEntityTooLarge, "the store would have more than %d documents", maxStoreCount)
	case len(text) > maxStore:
		return nil, app.Error(http.StatusRequestEntityTooLarge, "the store would have more than %d bytes", maxStore)
	}
	return text, nil
}

// deleteStore removes a document, and with recursive all that are below it.
func (d *door) deleteStore(c *app.Call) (any, error) {
	if c.Group("0") == "" {
		return nil, app.Error(http.StatusBadRequest, "requires xpath")
	}
	path, err := storePath(c.Group("0"))
	if err != nil {
		return nil, err
	}
	recursive, err := arg.Get(c.Args, "recursive", false)
	if err != nil {
		return nil, err
	}
	var removed []string
	err = d.changeStore(c, func(tree storeTree) error {
		below := tree.below(path)
		switch {
		case tree[path] == nil:
			return app.Error(http.StatusNotFound, "store [%s] not found", path)
		case len(below) > 0 && !recursive:
			return app.Error(http.StatusBadRequest, "xpath has [%d] children", len(below))
		}
		removed = append(below, path)
		for _, p := range removed {
			delete(tree, p)
		}
		return nil
	})
	return removed, err
}
