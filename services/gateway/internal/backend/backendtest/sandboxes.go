package backendtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"maps"
	"net/http"
	"path"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

// MaxSandbox bounds the files of one sandbox, in bytes.
const MaxSandbox = 10 << 20

// Pack keeps files as a sandbox, for all users alike.
func (s *Files) Pack(_ context.Context, next func() (string, io.Reader, error)) (filesapi.Sandbox, error) {
	files, size := map[string][]byte{}, 0
	for {
		name, content, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return filesapi.Sandbox{}, err
		}
		if files[name], err = io.ReadAll(content); err != nil {
			return filesapi.Sandbox{}, err
		}
		if size += len(files[name]); size > MaxSandbox {
			return filesapi.Sandbox{}, fault.New(fault.Exhausted, "sandbox.too_large", "A sandbox may have at most %d bytes.", MaxSandbox).WithStatus(413)
		}
	}
	archive := tarred(files)
	sum := sha256.Sum256(archive)
	name := "sha256/" + hex.EncodeToString(sum[:])
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sandboxes == nil {
		s.sandboxes = map[string][]byte{}
	}
	s.sandboxes[name] = archive
	return filesapi.Sandbox{Name: name, Size: int64(len(archive)), Used: At}, nil
}

func tarred(files map[string][]byte) []byte {
	var b bytes.Buffer
	zip := gzip.NewWriter(&b)
	out := tar.NewWriter(zip)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		_ = out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: int64(len(files[name])), Mode: 0o644})
		_, _ = out.Write(files[name])
	}
	_, _ = out.Close(), zip.Close()
	return b.Bytes()
}

// Sandbox knows those that were packed.
func (s *Files) Sandbox(_ context.Context, r filesapi.SandboxRequest) (filesapi.Sandbox, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	archive, ok := s.sandboxes[r.Name]
	if !ok {
		return filesapi.Sandbox{}, fault.New(fault.Missing, "sandbox.unknown", "There is no sandbox %q of yours.", r.Name)
	}
	return filesapi.Sandbox{Name: r.Name, Size: int64(len(archive)), Used: At}, nil
}

// GetSandbox answers with one that was packed.
func (s *Files) GetSandbox(w http.ResponseWriter, r *http.Request, box filesapi.SandboxRequest) error {
	if _, err := s.Sandbox(r.Context(), box); err != nil {
		return err
	}
	s.mu.Lock()
	archive := s.sandboxes[box.Name]
	s.mu.Unlock()
	w.Header().Set("ETag", `"`+path.Base(box.Name)+`"`)
	http.ServeContent(w, r, "", At, bytes.NewReader(archive))
	return nil
}
