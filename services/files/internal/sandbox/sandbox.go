// Package sandbox keeps archives under names that follow from their content:
// it packs files into one, keeps one that comes packed, and unpacks one. It is
// separate from storage, which knows no names but those it is told, and from
// the doors, since a carry needs it too.
package sandbox

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// Limits bound sandboxes.
type Limits struct {
	Bytes   int64          // of one that comes packed, and of the files of one that does not
	Content storage.Bounds // of what one may hold; Files also bounds what is packed
}

// Key names the tree of an owner's sandboxes. A sandbox's path in it is its name.
func Key(owner string) storage.Key { return storage.Key{Kind: storage.Sandboxes, Name: owner} }

// Dir is the directory of the tree that they are in.
const Dir = "sha256"

// Keep stores an archive. If want is not empty and the archive has another
// name, it is Invalid; one that is too large is Exhausted.
func Keep(ctx context.Context, t *storage.Tree, archive io.Reader, want string, l Limits) (name string, err error) {
	sum := &summed{Reader: archive, hash: sha256.New()}
	err = t.PutNamed(ctx, sum, l.Bytes, func() (string, error) {
		name = sum.name()
		if want != "" && want != name {
			return "", fault.New(fault.Invalid, "sandbox.checksum", "The archive is not what it was said to be: it is %s.", name)
		}
		return name, nil
	})
	return name, tooLarge(err, l)
}

// Unpack unpacks an archive below a path of a tree.
func Unpack(ctx context.Context, t *storage.Tree, path string, archive io.Reader, l Limits, store storage.Store) error {
	content, err := plain(archive)
	if err != nil {
		return err
	}
	return t.Unpack(ctx, path, content, l.Content, store)
}

// plain takes the compression off, which the first bytes tell.
func plain(archive io.Reader) (io.Reader, error) {
	in := bufio.NewReader(archive)
	magic, _ := in.Peek(4)
	switch {
	case bytes.HasPrefix(magic, []byte{0x1f, 0x8b}):
		out, err := gzip.NewReader(in)
		if err != nil {
			return nil, fault.Wrap(err, fault.Invalid, "files.archive_damaged", "The archive is damaged.")
		}
		return out, nil
	case bytes.HasPrefix(magic, []byte("BZh")):
		return bzip2.NewReader(in), nil
	case bytes.HasPrefix(magic, []byte{0x28, 0xb5, 0x2f, 0xfd}), bytes.HasPrefix(magic, []byte("\xfd7zX")):
		return nil, fault.New(fault.Unsupported, "sandbox.compression", "The archive is compressed by zstd or xz; tar, tar.gz and tar.bz2 are offered.")
	}
	return in, nil
}

// summed knows the name of what was read.
type summed struct {
	io.Reader
	hash hash.Hash
}

func (s *summed) Read(b []byte) (int, error) {
	n, err := s.Reader.Read(b)
	s.hash.Write(b[:n])
	return n, err
}

func (s *summed) name() string { return Dir + "/" + hex.EncodeToString(s.hash.Sum(nil)) }

// tooLarge names the limit of sandboxes in place of that of files.
func tooLarge(err error, l Limits) error {
	if err != nil && fault.From(err).Code == "files.too_large" {
		return TooLarge(l)
	}
	return err
}

// TooLarge says that there is more than a sandbox may have.
func TooLarge(l Limits) error {
	return fault.New(fault.Exhausted, "sandbox.too_large", "A sandbox may have at most %d bytes.", l.Bytes).WithStatus(413)
}

// Check says whether a text can be a sandbox's name, else it is Missing.
func Check(name string) error {
	if !filesapi.IsSandbox(name) {
		return Unknown(name)
	}
	return nil
}

// Unknown says that the owner has no such sandbox.
func Unknown(name string) error {
	return fault.New(fault.Missing, "sandbox.unknown", "There is no sandbox %q of yours.", name)
}
