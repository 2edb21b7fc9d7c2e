package unicore

import (
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
)

// homeID is UNICORE's name of a user's home.
const homeID = "HOME"

func (d *door) storageRoutes() []rest.Route {
	return []rest.Route{
		d.user("GET /storages", "Storages", "Your storages: `offset`, `num`, and `filter=all` to see the working directories of jobs too.", d.listStorages),
		d.user("GET /storages/{id}", "A storage", "What it is, how many bytes are free, and where its files are.", d.showStorage),
		d.user("PUT /storages/{id}", "Change a storage's properties", "Answers for each property whether it was changed.", d.changeStorage),
		d.user("DELETE /storages/{id}", "Destroy a storage", "Refused: homes stay, and working directories go with their jobs.", d.destroyStorage),
	}
}

// storageView is the representation of a storage.
type storageView struct {
	common
	Description string   `json:"description"`
	FileSystem  string   `json:"filesystemDescription"`
	FreeSpace   int64    `json:"freeSpace"`
	UsableSpace int64    `json:"usableSpace"`
	MountPoint  string   `json:"mountPoint"`
	Umask       string   `json:"umask"`
	Protocols   []string `json:"protocols"`
	Metadata    bool     `json:"metadataSupported"`
}

// ours is a storage's id as Heddle has it; theirs is as UNICORE has it.
func ours(id string) string {
	if strings.EqualFold(id, homeID) {
		return filesapi.Home
	}
	return id
}

func theirs(s filesapi.Storage) string {
	if s.Kind == filesapi.KindHome {
		return homeID
	}
	return s.ID
}

// servers are how the client calls our storages.
func (a *ask) servers() description.Servers {
	return description.Servers{Base: a.base, Ours: ours, Theirs: func(id string) string {
		if id == filesapi.Home {
			return homeID
		}
		return id
	}}
}

func (d *door) listStorages(a *ask) error {
	w, err := a.window(200)
	if err != nil {
		return err
	}
	if len(w.tags) > 0 { // storages bear no tags
		return a.list("storages", w, nil, 0)
	}
	page, err := d.Backend.Files.Storages(a.Context(), filesapi.StoragesRequest{
		WorkDirs: a.URL.Query().Get("filter") == "all", Offset: w.offset, Limit: max(1, w.num)})
	if err != nil {
		return err
	}
	var urls []string
	for _, s := range page.Storages[:min(w.num, len(page.Storages))] {
		urls = append(urls, a.base+"/storages/"+theirs(s))
	}
	return a.list("storages", w, urls, page.Total)
}

func (d *door) storage(a *ask) (filesapi.Storage, error) {
	return d.Backend.Files.Storage(a.Context(), filesapi.StorageRequest{ID: ours(a.PathValue("id"))})
}

func (d *door) showStorage(a *ask) error {
	s, err := d.storage(a)
	if err != nil {
		return err
	}
	here := "/storages/" + theirs(s)
	l := links{"self": a.link(here), "files": a.link(here + "/files")}
	text := "Home directory"
	if s.Kind == filesapi.KindWorkDir {
		text = "Working directory of a job"
		l["job"] = a.link("/jobs/" + s.Job)
	}
	owner := ""
	if s.Owner == a.me.ID {
		owner = distinguished(a.me.Name)
	}
	return a.show(storageView{
		common: ready(owner, nil, l), Description: text, FileSystem: unknown, MountPoint: "/",
		FreeSpace: s.Free, UsableSpace: s.Free, Umask: "077", Protocols: []string{"BFT"},
	})
}

func (d *door) changeStorage(a *ask) error {
	if _, err := d.storage(a); err != nil {
		return err
	}
	return a.change(nil)
}

func (d *door) destroyStorage(a *ask) error {
	s, err := d.storage(a)
	switch {
	case err != nil:
		return err
	case s.Kind == filesapi.KindHome:
		return fault.New(fault.Denied, "unicore.storage", "A home cannot be destroyed.")
	default:
		return fault.New(fault.Denied, "unicore.storage", "A working directory is destroyed with its job.")
	}
}
