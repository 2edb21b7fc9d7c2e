package core4

import (
	"encoding/json"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/app"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/pkg/rest/page"
)

func (d *door) storeRules() []app.Rule {
	h := &app.Handler{
		Qual: "core4.api.v1.request.store.handler.StoreHandler", Title: "Cross user store", Author: author,
		Methods: app.Methods{http.MethodGet: d.getStore, http.MethodPost: d.postStore, http.MethodPut: d.ownStore, http.MethodDelete: d.deleteStore},
		Docs: map[string]rest.Doc{http.MethodGet: docOf("store.get"), http.MethodPost: docOf("store.post"),
			http.MethodPut: docOf("store.put"), http.MethodDelete: docOf("store.delete")},
	}
	return []app.Rule{{Pattern: "/store", Handler: h}, {Pattern: "/store(/.*)", Handler: h}}
}

// storeDefaults are core4's store.default: what holds before any document says
// otherwise.
func (d *door) storeDefaults() map[string]any {
	out := map[string]any{"login": Root + "/login", "logout": Root + "/logout", "reset": Root + "/reset", "profile": Root + "/profile"}
	if d.Contact != "" {
		out["contact"] = d.Contact
	}
	store, _ := d.Config["store"].(map[string]any)
	set, _ := store["default"].(map[string]any)
	for name, value := range set {
		out[name] = value
	}
	return out
}

// getStore is a document, what holds at its path and what is below it. Where
// there is none yet the body is empty, and null at the root.
func (d *door) getStore(c *app.Call) (any, error) {
	path, err := storePath(c.Group("0"))
	if err != nil {
		return nil, err
	}
	tree, _, err := d.storeTree(c)
	if err != nil {
		return nil, err
	}
	body, ok := tree[path]
	if !ok && path != storeRoot {
		body = map[string]json.RawMessage{}
	}
	inherited, _ := tree.inherited(d.storeDefaults(), path)
	doc := document{"root": path, "children": tree.children(path), "body": body, "inherited": inherited}
	if c.Prefers() != media.HTML {
		return doc, nil
	}
	return nil, d.storePage(c, doc)
}

func (d *door) storePage(c *app.Call, doc document) error {
	line := storeLine(doc["root"].(string))
	doc["above"] = line[:len(line)-1]
	for _, name := range []string{"body", "inherited"} {
		text, err := json.MarshalIndent(doc[name], "", "  ")
		if err != nil {
			return err
		}
		doc[name] = string(text)
	}
	return d.page(c, http.StatusOK, "store", shown{Frame: page.Frame{Title: "Store"}, At: c.Root() + "/store", Doc: doc})
}

// ownStore is what holds for the caller, at the path that their permission
// app://store/PATH names. It changes nothing, though core4 has it as PUT.
func (d *door) ownStore(c *app.Call) (any, error) {
	if c.Group("0") != "" {
		return nil, app.Error(http.StatusMethodNotAllowed, "PUT goes without a path")
	}
	perms, err := d.permissions(c)
	if err != nil {
		return nil, err
	}
	tree, _, err := d.storeTree(c)
	if err != nil {
		return nil, err
	}
	path := entryOf(perms)
	doc, lowest := tree.inherited(d.storeDefaults(), path)
	if lowest != "" {
		doc["_id"] = lowest
	}
	return document{"parents": storeLine(path), "doc": doc}, nil
}

// entryOf is the path of the first of a user's permissions that names one, in
// their order by name, or else the root.
func entryOf(perms []string) string {
	for _, p := range sorted(perms) {
		text, ok := strings.CutPrefix(p, "app://store/")
		if path, err := storePath(text); ok && err == nil {
			return path
		}
	}
	return storeRoot
}

// postStore puts a document in place of what is at a path.
func (d *door) postStore(c *app.Call) (any, error) {
	path, err := storePath(c.Group("0"))
	if err != nil {
		return nil, err
	}
	doc, err := storeDocument(c)
	if err != nil {
		return nil, err
	}
	return doc, d.changeStore(c, func(tree storeTree) error {
		if line := storeLine(path); path != storeRoot && tree[line[len(line)-2]] == nil {
			return app.Error(http.StatusNotFound, "parent not found")
		}
		tree[path] = doc
		return nil
	})
}

// storeDocument is the body of a request. What in it was a credential is none
// of the document, nor is its path.
func storeDocument(c *app.Call) (map[string]json.RawMessage, error) {
	whole, _ := c.Args.JSON()
	object, ok := whole.(map[string]any)
	if !ok {
		return nil, app.Error(http.StatusBadRequest, "failed to parse JSON: an object is expected")
	}
	doc, size := map[string]json.RawMessage{}, 0
	for name, value := range object {
		if name == "_id" || !c.Args.Given(name) {
			continue
		}
		text, err := json.Marshal(value)
		if err != nil {
			return nil, app.Error(http.StatusBadRequest, "key [%s] cannot be written as JSON", name)
		}
		size += len(name) + len(text)
		doc[name] = text
	}
	if size > maxStoreDocument {
		return nil, app.Error(http.StatusRequestEntityTooLarge, "the document has more than %d bytes", maxStoreDocument)
	}
	return doc, nil
}
