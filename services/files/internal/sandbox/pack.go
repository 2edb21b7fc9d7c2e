package sandbox

import (
	"archive/tar"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"io"
	"mime/multipart"
	"net/url"
	"os"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Pack makes a sandbox of the files of a multipart body, as filesapi.Mover
// sends it. They wait on the
// disk, not in memory, until all are there: a file's size goes before it, and
// the order and the last of several with one name are known at the end alone.
func Pack(ctx context.Context, t *storage.Tree, body io.Reader, boundary string, l Limits) (name string, err error) {
	waiting, err := t.Scratch()
	if err != nil {
		return "", err
	}
	defer waiting.Close()
	files, err := gather(ctx, waiting, multipart.NewReader(endless{body}, boundary), l)
	if err != nil {
		return "", err
	}
	archive, pipe := io.Pipe()
	go func() { pipe.CloseWithError(write(pipe, waiting, files)) }()
	defer archive.Close()
	sum := &summed{Reader: archive, hash: sha256.New()}
	err = t.PutNamed(ctx, sum, unlimited, func() (string, error) {
		name = sum.name()
		return name, nil
	})
	return name, err
}

// unlimited is a size that is bounded elsewhere: what is packed was weighed.
const unlimited = 1 << 60

// waited is a file that waits to be packed.
type waited struct {
	name     string
	at, size int64 // in the file where they wait
}

// gather reads the files, and returns them by name.
func gather(ctx context.Context, into *os.File, parts *multipart.Reader, l Limits) ([]waited, error) {
	byName := map[string]waited{}
	var at int64
	for count := 1; ; count++ {
		part, err := parts.NextRawPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, broken(ctx, err)
		}
		if count > l.Content.Files {
			return nil, fault.New(fault.Exhausted, "sandbox.too_many", "A sandbox may have at most %d files.", l.Content.Files).WithStatus(413)
		}
		name, err := nameOf(part)
		if err != nil {
			return nil, err
		}
		src := &source{Reader: part, ctx: ctx}
		n, err := io.Copy(into, io.LimitReader(src, l.Bytes-at+1))
		switch {
		case src.err != nil:
			return nil, broken(ctx, src.err)
		case err != nil:
			return nil, storage.Failed(err)
		case at+n > l.Bytes:
			return nil, TooLarge(l)
		}
		byName[name] = waited{name, at, n}
		at += n
	}
	files := make([]waited, 0, len(byName))
	for _, f := range byName {
		files = append(files, f)
	}
	slices.SortFunc(files, func(a, b waited) int { return strings.Compare(a.name, b.name) })
	return files, nil
}

// nameOf is the name of a part's file: one element of a path.
func nameOf(part *multipart.Part) (string, error) {
	name, err := url.PathUnescape(part.Header.Get(filesapi.HeaderName))
	clean, bad := storage.Clean(name)
	if err != nil || bad != nil || clean != name || clean == "." || strings.Contains(clean, "/") {
		return "", fault.New(fault.Invalid, "sandbox.name", "%q is no name of a file of a sandbox.", name)
	}
	return name, nil
}

// write writes the archive. Nothing but names and contents goes in, so that
// the same files make the same archive.
func write(to io.Writer, from io.ReaderAt, files []waited) error {
	zip, err := gzip.NewWriterLevel(to, gzip.BestSpeed)
	if err != nil {
		return err
	}
	out := tar.NewWriter(zip)
	for _, f := range files {
		if err := out.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: f.name, Size: f.size, Mode: 0o644}); err != nil {
			return err
		}
		if _, err := io.Copy(out, io.NewSectionReader(from, f.at, f.size)); err != nil {
			return err
		}
	}
	if err := out.Close(); err != nil {
		return err
	}
	return zip.Close()
}

// source tells the sender's failures from the disk's.
type source struct {
	io.Reader
	ctx context.Context
	err error
}

func (s *source) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	if err == nil {
		err = s.ctx.Err()
	}
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}

func broken(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return fault.From(ctx.Err())
	}
	return fault.Wrap(err, fault.Invalid, "files.cut", "The upload broke off; nothing was stored.")
}

// endless has no good end: a multipart body has one of its own, and one that
// ends without was cut.
type endless struct{ io.Reader }

func (e endless) Read(b []byte) (int, error) {
	n, err := e.Reader.Read(b)
	if err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}
