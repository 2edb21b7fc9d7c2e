package core4

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
	"github.com/heddle-dev/heddle/pkg/rest/media"
)

// Limits of a list and of what may be asked of it.
const (
	perPage    = 10
	maxPerPage = 1000
	maxFilter  = 2000 // bytes
	maxNesting = 5
)

// fields are those that a list may be sorted and filtered by.
type fields []string

var roleFields = fields{"_id", "name", "realname", "email", "is_active", "created", "updated", "last_login", "role", "perm", "etag"}

// list is one page of documents, filtered and sorted as the arguments say.
func list(args arg.Values, docs []document) (page media.Page[document], err error) {
	ask := media.Ask{}
	if ask.PerPage, err = arg.Get(args, "per_page", perPage); err != nil {
		return page, err
	}
	if ask.Page, err = arg.Get(args, "page", 0); err != nil {
		return page, err
	}
	if docs, err = roleFields.filtered(args, docs); err != nil {
		return page, err
	}
	if err := arrange(args, docs); err != nil {
		return page, err
	}
	return media.PageOf(ask, maxPerPage, docs)
}

func arrange(args arg.Values, docs []document) error {
	by := cmp.Or(args.Text("sort"), "_id")
	order, err := arg.Get(args, "order", 1)
	if err != nil {
		return err
	}
	if !slices.Contains(roleFields, by) || order != 1 && order != -1 {
		return fault.New(fault.Invalid, arg.CodeMistyped, "parameters [sort] and [order] must be a field and 1 or -1")
	}
	slices.SortStableFunc(docs, func(a, b document) int {
		return order * strings.Compare(fmt.Sprint(a[by]), fmt.Sprint(b[by]))
	})
	return nil
}

// filtered are the documents that the argument filter is true of: a JSON
// object in a small part of MongoDB's language, or else text to look for.
func (fs fields) filtered(args arg.Values, docs []document) ([]document, error) {
	text := args.Text("filter")
	if text == "" {
		return docs, nil
	}
	if len(text) > maxFilter {
		return nil, badFilter("it is longer than %d bytes", maxFilter)
	}
	f, err := searching(text), error(nil)
	var query map[string]any
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		if json.Unmarshal([]byte(text), &query) != nil {
			return nil, badFilter("it is no JSON object")
		}
		if f, err = fs.all(query, 0); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(docs, func(doc document) bool { return !f(doc) }), nil
}

func badFilter(format string, args ...any) error {
	return fault.New(fault.Invalid, arg.CodeMistyped, "parameter [filter]: %s", fmt.Sprintf(format, args...))
}
