package clientcert

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"
)

// maxFile bounds a file of the directory; the lists of large authorities have
// some megabytes.
const maxFile = 64 << 20

var (
	authorityFile = regexp.MustCompile(`\.(pem|crt|cer|[0-9])$`)
	listFile      = regexp.MustCompile(`\.(crl|r[0-9])$`)
)

// directory is the operator's authorities and their revocation lists, laid out
// as OpenSSL and the grid's tools do.
type directory struct {
	path string
	log  *slog.Logger

	files   map[string]*file
	trouble string
}

// file is what is in one file.
type file struct {
	changed     time.Time
	size        int64
	authorities []*x509.Certificate
	lists       []*list
	trouble     string
}

// look reads what has changed, and reports whether anything has. A file that
// is broken keeps what was in it before, and a directory that cannot be read
// keeps all; each is said once.
func (d *directory) look(ctx context.Context) (changed bool, err error) {
	if d.path == "" {
		return false, nil
	}
	entries, err := os.ReadDir(d.path)
	if err != nil {
		d.say(ctx, &d.trouble, "the authorities of client certificates cannot be read; those from before stay", d.path, err)
		return false, err
	}
	d.trouble = ""
	var there []string
	for _, e := range entries {
		if n := e.Name(); authorityFile.MatchString(n) || listFile.MatchString(n) {
			there = append(there, n)
			changed = d.lookAt(ctx, n) || changed
		}
	}
	for n := range d.files {
		if !slices.Contains(there, n) {
			delete(d.files, n)
			changed = true
		}
	}
	return changed, nil
}

func (d *directory) lookAt(ctx context.Context, name string) (changed bool) {
	path := filepath.Join(d.path, name)
	f := d.files[name]
	if f == nil {
		f = &file{}
		d.files[name] = f
	}
	fi, err := os.Stat(path) // links are usual here
	switch {
	case err == nil && !fi.Mode().IsRegular():
		err = errors.New("this is not a regular file")
	case err == nil && fi.Size() > maxFile:
		err = fmt.Errorf("the file is larger than %d bytes", maxFile)
	case err == nil && f.size == fi.Size() && f.changed.Equal(fi.ModTime()):
		return false
	}
	if err == nil {
		err = f.read(path)
	}
	if err != nil {
		d.say(ctx, &f.trouble, "a file of the authorities cannot be read; what it held before stays", path, err)
		return false
	}
	f.changed, f.size, f.trouble = fi.ModTime(), fi.Size(), ""
	return true
}

// say logs a trouble once.
func (d *directory) say(ctx context.Context, last *string, text, path string, err error) {
	if *last != err.Error() {
		*last = err.Error()
		d.log.ErrorContext(ctx, text, "path", path, "err", err)
	}
}

func (f *file) read(path string) error {
	r, err := os.Open(path)
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxFile))
	if err != nil {
		return err
	}
	if listFile.MatchString(path) {
		read, err := parseLists(text)
		if err == nil {
			f.lists = read
		}
		return err
	}
	read, err := parseAuthorities(text)
	if err == nil {
		f.authorities = read
	}
	return err
}

// parseAuthorities reads the certificates of authorities in a file, DER or
// PEM. Other certificates, and keys, are passed over.
func parseAuthorities(text []byte) ([]*x509.Certificate, error) {
	var out []*x509.Certificate
	add := func(der []byte) error {
		c, err := x509.ParseCertificate(der)
		if err == nil && c.IsCA {
			out = append(out, c)
		}
		return err
	}
	if !bytes.Contains(text, []byte("-----BEGIN")) {
		return out, add(text)
	}
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		if err := add(block.Bytes); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// trust gathers what the files hold. An authority that has signed itself is a
// root; others need one, so that they too can be revoked.
func (d *directory) trust(own []byte) *trust {
	t := &trust{roots: x509.NewCertPool(), lists: lists{}}
	t.roots.AppendCertsFromPEM(own)
	for _, f := range d.files {
		for _, c := range f.authorities {
			if bytes.Equal(c.RawIssuer, c.RawSubject) {
				t.roots.AddCert(c)
			} else {
				t.between = append(t.between, c)
			}
		}
		for _, l := range f.lists {
			t.lists[l.issuer] = append(t.lists[l.issuer], l)
		}
	}
	return t
}
