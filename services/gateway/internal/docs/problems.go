package docs

import (
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/page"
)

// meaning says what to do about a kind of fault. It is total over fault.Kinds.
var meaning = map[fault.Kind]string{
	fault.Invalid:         "The request is wrong; fields names what to fix.",
	fault.Unauthenticated: "Credentials are missing, wrong or have ended. Log in again.",
	fault.Denied:          "You are known, but may not do this.",
	fault.Missing:         "There is no such thing.",
	fault.Conflict:        "The thing's state does not allow this. Look at it again.",
	fault.Exhausted:       "A limit was reached: 413 is too large, 429 too often; with 429 try again after Retry-After.",
	fault.Unsupported:     "The method, the content type or the feature is not offered here.",
	fault.Unavailable:     "A part of Heddle does not answer. Try again after Retry-After; with an Idempotency-Key that is safe for submits too.",
	fault.Timeout:         "It took too long and the outcome is unknown. Look before you repeat it, or repeat it with the same Idempotency-Key.",
	fault.Internal:        "A defect of the server. The operators can find it by request_id.",
}

// problems is the page about them.
type problems struct {
	page.Frame
	Problems page.Table
}

func (s *docs) problems(w http.ResponseWriter, r *http.Request) error {
	table := page.Table{Columns: []string{"Status", "Kind", "What to do"}}
	for _, k := range fault.Kinds() {
		table.Rows = append(table.Rows, []any{rest.Status(&fault.Error{Kind: k}), k, meaning[k]})
	}
	p := problems{page.Frame{Root: s.URLs(r), Title: "What the errors mean"}, table}
	return pages.Write(w, r, http.StatusOK, "problems", p, page.Policy{})
}
