package native

import (
	"context"
	"net/http"
	"strconv"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

func (d *door) storageRoutes() []rest.Route {
	tags := []string{"storages"}
	return []rest.Route{
		rest.Handle("GET /storages", who.Authenticated, rest.Doc{
			Title: "List the storages", Tags: tags,
			Text:     "The caller's home first, then the working directories of their jobs, newest first.",
			Response: Storages{Storages: []filesapi.Storage{exampleStorage}},
		}, d.storages),
		rest.Handle("GET /storages/{id}", who.Authenticated, rest.Doc{
			Title: "Look at a storage", Tags: tags,
			Text:     "`home` is the caller's own home.",
			Response: exampleStorage, Errors: []fault.Kind{fault.Missing, fault.Denied},
		}, d.storage),
	}
}

type storagesRequest struct {
	WorkDirs bool   `query:"workdirs" default:"true" doc:"working directories of jobs too"`
	Limit    int    `query:"limit" default:"50" doc:"storages in a page, at most 1000"`
	Cursor   string `query:"cursor" doc:"next of the page before"`
}

// Storages is one page of storages.
type Storages struct {
	Storages []filesapi.Storage `json:"storages"`
	Next     string             `json:"next,omitempty" doc:"cursor of the following page; absent at the end"`
	Total    int                `json:"total" doc:"how many there are in all"`
}

func (d *door) storages(ctx context.Context, q storagesRequest) (rest.Reply, error) {
	offset, err := q.offset()
	if err != nil {
		return rest.Reply{}, err
	}
	page, err := d.Backend.Files.Storages(ctx, filesapi.StoragesRequest{WorkDirs: q.WorkDirs, Limit: q.Limit, Offset: offset})
	if err != nil {
		return rest.Reply{}, err
	}
	out, header := Storages{Storages: page.Storages, Total: page.Total}, http.Header{}
	if out.Storages == nil {
		out.Storages = []filesapi.Storage{}
	}
	if end := offset + len(page.Storages); len(page.Storages) > 0 && end < page.Total {
		out.Next = strconv.Itoa(end)
		header.Set("Link", placeOf(ctx).next("/storages", "cursor", out.Next))
	}
	return rest.Reply{Header: header, Body: out}, nil
}

func (q storagesRequest) offset() (int, error) {
	bad := fault.New(fault.Invalid, "request.invalid", "The request is not acceptable.")
	if q.Limit < 1 || q.Limit > maxPage {
		bad = bad.WithField("limit", "is %d; it may be 1 to %d", q.Limit, maxPage)
	}
	offset := 0
	if q.Cursor != "" {
		n, err := strconv.ParseUint(q.Cursor, 10, 31)
		if err != nil {
			bad = bad.WithField("cursor", "is not one of ours")
		}
		offset = int(n)
	}
	if len(bad.Fields) > 0 {
		return 0, bad
	}
	return offset, nil
}

type storageRequest struct {
	ID string `path:"id" doc:"the storage's id, or home"`
}

func (d *door) storage(ctx context.Context, q storageRequest) (filesapi.Storage, error) {
	return d.Backend.Files.Storage(ctx, filesapi.StorageRequest{ID: q.ID})
}
