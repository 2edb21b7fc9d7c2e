package native

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
)

// paging is embedded in requests that list what comes whole from the service.
type paging struct {
	Limit  int    `query:"limit" default:"100" doc:"how many in a page, at most 1000"`
	Cursor string `query:"cursor" doc:"next of the page before"`
}

func (q paging) after() (string, error) {
	bad := fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.")
	if q.Limit < 1 || q.Limit > maxPage {
		bad = bad.WithField("limit", "is %d; it may be 1 to %d", q.Limit, maxPage)
	}
	after, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err != nil {
		bad = bad.WithField("cursor", "is not one of ours")
	}
	if len(bad.Fields) > 0 {
		return "", bad
	}
	return string(after), nil
}

// cut is the part of a list that a page shows, in the order of its keys, which
// are different. The cursor is the last key shown: it stays good while things
// come and go.
func cut[T any](all []T, key func(T) string, q paging) (part []T, next string, err error) {
	after, err := q.after()
	if err != nil {
		return nil, "", err
	}
	all = slices.SortedFunc(slices.Values(all), func(a, b T) int { return strings.Compare(key(a), key(b)) })
	from := 0
	if q.Cursor != "" {
		from, _ = slices.BinarySearchFunc(all, after, func(v T, after string) int {
			if key(v) <= after {
				return -1
			}
			return 1
		})
	}
	part = all[from:]
	if len(part) > q.Limit {
		part = part[:q.Limit]
		next = base64.RawURLEncoding.EncodeToString([]byte(key(part[len(part)-1])))
	}
	return list(part), next, nil
}

// paged is an answer that is a page of a list.
func paged(ctx context.Context, path, next string, body any) rest.Reply {
	header := http.Header{"Cache-Control": {"private, no-cache"}}
	if next != "" {
		header.Set("Link", placeOf(ctx).next(path, "cursor", next))
	}
	return rest.Reply{Header: header, Body: body}
}
