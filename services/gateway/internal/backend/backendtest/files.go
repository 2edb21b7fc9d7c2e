package backendtest

import (
	"context"
	"net/http"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// Files is a files service in memory, with a home and the working directories
// that were put into it. It is the way to its bytes too.
type Files struct {
	filesapi.Service // what is not offered here panics
	mu               sync.Mutex
	content          map[string]string // by storage and path: "home/a/b"; directories end with a slash
	workDirs         []string
	sandboxes        map[string][]byte // by name
}

// Put makes a file, e.g. "home/dir/f", or with a final slash a directory.
func (s *Files) Put(name, text string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.content == nil {
		s.content = map[string]string{}
	}
	s.content[name] = text
	storage, _, _ := strings.Cut(name, "/")
	if storage != filesapi.Home && !slices.Contains(s.workDirs, storage) {
		s.workDirs = append(s.workDirs, storage)
	}
	for dir := path.Dir(strings.TrimSuffix(name, "/")); dir != "."; dir = path.Dir(dir) {
		s.content[dir+"/"] = ""
	}
}

// Names lists all files and directories.
func (s *Files) Names() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var names []string
	for n := range s.content {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func missing(p filesapi.Path) error {
	return fault.New(fault.Missing, "file.unknown", "There is no file %q.", p.Path)
}

func (s *Files) storage(ctx context.Context, id string) (filesapi.Storage, error) {
	st := filesapi.Storage{ID: id, Kind: filesapi.KindHome, Owner: who.From(ctx).ID, Free: 1 << 30, Total: 1 << 31}
	if id == filesapi.Home {
		return st, nil
	}
	if !slices.Contains(s.workDirs, id) {
		return st, fault.New(fault.Missing, "storage.unknown", "There is no storage %q.", id)
	}
	st.Kind, st.Job = filesapi.KindWorkDir, strings.TrimSuffix(id, "-uspace")
	return st, nil
}

// Storage returns the home or a working directory.
func (s *Files) Storage(ctx context.Context, r filesapi.StorageRequest) (filesapi.Storage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.storage(ctx, r.ID)
}

// Storages lists the home and, if asked, the working directories.
func (s *Files) Storages(ctx context.Context, r filesapi.StoragesRequest) (filesapi.Storages, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := []string{filesapi.Home}
	if r.WorkDirs {
		ids = append(ids, s.workDirs...)
	}
	out := filesapi.Storages{Total: len(ids)}
	for _, id := range ids[min(r.Offset, len(ids)):min(r.Offset+r.Limit, len(ids))] {
		st, err := s.storage(ctx, id)
		if err != nil {
			return out, err
		}
		out.Storages = append(out.Storages, st)
	}
	return out, nil
}

// Stat describes a file or directory.
func (s *Files) Stat(ctx context.Context, p filesapi.Path) (filesapi.File, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stat(ctx, p)
}

func (s *Files) stat(ctx context.Context, p filesapi.Path) (filesapi.File, error) {
	if _, err := s.storage(ctx, p.Storage); err != nil {
		return filesapi.File{}, err
	}
	name := path.Join(p.Storage, p.Path)
	f := filesapi.File{Path: path.Clean(p.Path), Name: path.Base(p.Path), Modified: At, Mode: 0o600}
	if _, ok := s.content[name+"/"]; ok || path.Clean(p.Path) == "/" {
		f.Dir, f.Mode = true, 0o700
		return f, nil
	}
	text, ok := s.content[name]
	if !ok {
		return f, missing(p)
	}
	f.Size = int64(len(text))
	return f, nil
}

// List lists a directory, two entries a page.
func (s *Files) List(ctx context.Context, r filesapi.ListRequest) (filesapi.Listing, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	dir, err := s.stat(ctx, r.Path)
	if err != nil {
		return filesapi.Listing{}, err
	}
	out := filesapi.Listing{Dir: dir}
	here := path.Join(r.Storage, r.Path.Path)
	var names []string
	for n := range s.content {
		if n := strings.TrimSuffix(n, "/"); path.Dir(n) == here && path.Base(n) > r.After {
			names = append(names, path.Base(n))
		}
	}
	slices.Sort(names)
	for _, n := range names {
		if len(out.Entries) == 2 {
			out.Next = out.Entries[1].Name
			break
		}
		f, err := s.stat(ctx, filesapi.Path{Storage: r.Storage, Path: path.Join(r.Path.Path, n)})
		if err != nil {
			return out, err
		}
		out.Entries = append(out.Entries, f)
	}
	return out, nil
}

// Get is the Bytes of the backend.
func (s *Files) Get(w http.ResponseWriter, r *http.Request, p filesapi.Path) error {
	if _, err := s.Stat(r.Context(), p); err != nil {
		return err
	}
	s.mu.Lock()
	text := s.content[path.Join(p.Storage, p.Path)]
	s.mu.Unlock()
	http.ServeContent(w, r, "", At, strings.NewReader(text))
	return nil
}
