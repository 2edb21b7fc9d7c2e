package sandbox

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime/multipart"
	"net/textproto"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

var limits = Limits{Bytes: 1 << 20, Content: storage.Bounds{Files: 5, Bytes: 1 << 20}}

func trees(t *testing.T) (from, to *storage.Tree) {
	t.Helper()
	base := t.TempDir()
	d, err := storage.NewDisk(base, filepath.Join(base, "jobs"))
	if err == nil {
		from, err = d.Open(Key("alice"), true)
	}
	if err == nil {
		to, err = d.Open(storage.Key{Kind: storage.WorkDirs, Name: "1"}, true)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { from.Close(); to.Close() })
	return from, to
}

// form is a multipart body of name=text.
func form(files ...string) (body *bytes.Buffer, boundary string) {
	body = new(bytes.Buffer)
	w := multipart.NewWriter(body)
	for _, f := range files {
		name, text, _ := strings.Cut(f, "=")
		part, _ := w.CreatePart(textproto.MIMEHeader{filesapi.HeaderName: {name}})
		_, _ = io.WriteString(part, text)
	}
	w.Close()
	return body, w.Boundary()
}

func pack(ctx context.Context, t *storage.Tree, files ...string) (string, error) {
	body, boundary := form(files...)
	return Pack(ctx, t, body, boundary, limits)
}

// covers: D1-060
func TestWhatIsPackedIsUnpacked(t *testing.T) {
	t.Parallel()
	from, to := trees(t)
	name, err := pack(t.Context(), from, "b=two", "a=one", "b=three", "empty=")
	if err != nil {
		t.Fatal(err)
	}
	archive, _, err := from.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var arrived []string
	err = Unpack(t.Context(), to, "in", archive, limits, func(ctx context.Context, p string, content io.Reader, n int64, mode fs.FileMode) error {
		arrived = append(arrived, fmt.Sprint(p, n))
		_, err := to.Store(ctx, p, content, storage.How{Limit: n, New: mode})
		return err
	})
	if got := strings.Join(arrived, " "); err != nil || got != "/in/a3 /in/b5 /in/empty0" {
		t.Errorf("%s, %v", got, err)
	}
	if name, err = pack(t.Context(), from); err != nil || !filesapi.IsSandbox(name) {
		t.Errorf("of nothing: %s, %v", name, err)
	}
}

func TestPackingThatFailsKeepsNothing(t *testing.T) {
	t.Parallel()
	from, _ := trees(t)
	if _, err := pack(t.Context(), from, "1=", "2=", "3=", "4=", "5=", "6="); fault.From(err).Code != "sandbox.too_many" {
		t.Errorf("too many: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := pack(gone, from, "a=x"); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	body, boundary := form("a=one", "b=two")
	whole := body.Bytes()
	for cut := range whole {
		_, err := Pack(t.Context(), from, bytes.NewReader(whole[:cut]), boundary, limits)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("cut at %d: %v", cut, err)
		}
	}
	if l, err := from.List("/", "", 10); err != nil || len(l.Entries) != 0 {
		t.Errorf("left %v, %v", l.Entries, err)
	}
}

func TestCompressions(t *testing.T) {
	t.Parallel()
	bomb := new(bytes.Buffer)
	zip := gzip.NewWriter(bomb)
	head := "a" + strings.Repeat("\x00", 99) + "0000644\x000000000\x000000000\x0077777777777\x0000000000000\x00"
	_, _ = io.WriteString(zip, head+strings.Repeat("\x00", 1<<20))
	zip.Close()
	bz2, _ := base64.StdEncoding.DecodeString("QlpoOTF" + "BWSZTWQ==")
	for what, c := range map[string]struct {
		archive []byte
		kind    fault.Kind
	}{
		"zstd":         {[]byte{0x28, 0xb5, 0x2f, 0xfd, 0, 0}, fault.Unsupported},
		"half a gzip":  {[]byte{0x1f, 0x8b, 8}, fault.Invalid},
		"half a bzip2": {bz2, fault.Invalid},
		"a bomb":       {bomb.Bytes(), fault.Invalid},
		"nothing":      {nil, ""},
	} {
		_, to := trees(t)
		err := Unpack(t.Context(), to, "/", bytes.NewReader(c.archive), limits, func(_ context.Context, _ string, content io.Reader, _ int64, _ fs.FileMode) error {
			_, err := io.Copy(io.Discard, content)
			return err
		})
		if c.kind == "" && err != nil || c.kind != "" && !fault.Is(err, c.kind) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
