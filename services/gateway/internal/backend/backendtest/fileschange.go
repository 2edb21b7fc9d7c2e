package backendtest

import (
	"bytes"
	"context"
	"io"
	"path"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// MakeDir makes a directory, unless there is a file.
func (s *Files) MakeDir(ctx context.Context, p filesapi.Path) (filesapi.File, error) {
	f, err := s.Stat(ctx, p)
	if err == nil && !f.Dir {
		return f, fault.New(fault.Conflict, "file.is_file", "%q is a file.", p.Path)
	}
	s.Put(path.Join(p.Storage, p.Path)+"/", "")
	return f, nil
}

// Remove removes a file or a tree.
func (s *Files) Remove(ctx context.Context, p filesapi.Path) (filesapi.Empty, error) {
	if _, err := s.Stat(ctx, p); err != nil {
		return filesapi.Empty{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	name := path.Join(p.Storage, p.Path)
	for n := range s.content {
		if n == name || strings.HasPrefix(n, name+"/") {
			delete(s.content, n)
		}
	}
	return filesapi.Empty{}, nil
}

// PutBytes stores a body as a file, unless there is a directory.
func (s *Files) putBytes(ctx context.Context, p filesapi.Path, body io.Reader) (filesapi.File, error) {
	var b bytes.Buffer
	if _, err := b.ReadFrom(body); err != nil {
		return filesapi.File{}, err
	}
	if f, err := s.Stat(ctx, p); err == nil && f.Dir {
		return f, fault.New(fault.Conflict, "file.is_dir", "%q is a directory.", p.Path)
	}
	s.Put(path.Join(p.Storage, p.Path), b.String())
	return s.Stat(ctx, p)
}
