package app

import (
	_ "embed"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/page"
)

//go:embed _static/favicon.ico
var favicon string

// shipped are the default static files of this package: what core4 has in
// api/v1/request/_static.
var shipped = map[string]string{"default.css": page.Style(), "favicon.ico": favicon}

const shippedAt = "api/v1/request/_static"

// defaults finds the default static files where core4's api.default_static
// says: in a directory of the system, or in this package.
func (s *server) defaults() error {
	at, ok := textSetting(section(s.Config, "api"), "default_static")
	if !ok || strings.Trim(at, "/") == shippedAt {
		return nil
	}
	root, err := os.OpenRoot(at)
	if err != nil {
		return fmt.Errorf("setting api.default_static: %w", err)
	}
	s.shipped = root.FS()
	return nil
}

// defaultAsset answers with a default static file, whoever asks.
func (s *server) defaultAsset(c *Call) (any, error) {
	if _, err := c.target(); err != nil {
		return nil, err
	}
	name, err := filePath(c.Group("file"))
	if err != nil {
		return nil, err
	}
	if s.shipped != nil {
		return nil, c.file(s.shipped, name)
	}
	text, ok := shipped[name]
	if !ok {
		return nil, errNoFile
	}
	return nil, c.content(name, rest.ETag([]byte(text)), "public, no-cache", time.Time{}, strings.NewReader(text))
}

// asset answers with a static file of a handler, to whom may see its pages.
func (s *server) asset(c *Call) (any, error) {
	r, err := s.seen(c, false)
	if err != nil {
		return nil, err
	}
	name, err := filePath(c.Group("file"))
	if err != nil {
		return nil, err
	}
	c.resource = r
	return nil, c.file(r.files.static, name)
}

// assetURL is the address of a file for a handler.
func (c *Call) assetURL(kind, file string) (string, error) {
	name, err := filePath(file)
	if err != nil || name == "." || !fs.ValidPath(name) {
		return "", fmt.Errorf("static file %q leads out of the directory", file)
	}
	return c.base() + c.mapper.root + "/_asset/" + kind + "/" + c.resource.ID + "/" + escaped(name), nil
}

// numberSetting is a setting that is a number; false means that there is none.
func numberSetting(in map[string]any, key string) (float64, bool) {
	text, ok := textSetting(in, key)
	n, err := strconv.ParseFloat(text, 64)
	return n, ok && err == nil
}
