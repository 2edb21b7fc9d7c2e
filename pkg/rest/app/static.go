package app

import (
	"errors"
	"io"
	"io/fs"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
)

// belowPattern is what a rule of files takes behind its own path.
const belowPattern = "(?:/(.*))?"

// Static is a handler that serves the files of h.Path: below the container's
// directory, or with a slash in front below the project's root (section 6.3).
// A directory is answered with its DefaultFilename. Of a single-page
// application (SPA) every path that is no file gets that of the whole.
// Permissions mean its container.
func Static(h Handler) *Handler {
	h.Below, h.static, h.PermBase = true, true, ByContainer
	if h.Qual == "" {
		h.Qual = "core4.api.v1.request.static.CoreStaticFileHandler"
	}
	h.Methods = Methods{http.MethodGet: serveFiles}
	return &h
}

var (
	errNoFile  = fault.New(fault.Missing, "core4.no_file", "There is no such file.")
	errOutside = fault.New(fault.Denied, "core4.outside", "The path leads out of the directory.")
)

// serveFiles answers with the file of the path.
func serveFiles(c *Call) (any, error) {
	files, err := c.mapper.Below(dirOf(c.mapper.Name), c.resource.Path)
	if err != nil {
		return nil, err
	}
	name, err := filePath(c.Group("0"))
	if err != nil {
		return nil, err
	}
	info, err := fs.Stat(files, name)
	switch {
	case err == nil && info.IsDir():
		return nil, c.directory(files, name)
	case err != nil && c.resource.SPA:
		return nil, c.file(files, c.resource.DefaultFilename)
	case err != nil || strings.HasSuffix(c.r.URL.Path, "/"):
		return nil, errNoFile
	}
	return nil, c.file(files, name)
}

// directory leads to the path with a final slash, and answers there with the
// default file.
func (c *Call) directory(files fs.FS, name string) error {
	if at := c.r.URL.EscapedPath(); !strings.HasSuffix(at, "/") {
		query := ""
		if c.r.URL.RawQuery != "" {
			query = "?" + c.r.URL.RawQuery
		}
		c.Header().Set("Location", c.base()+"/"+strings.TrimLeft(at, "/")+"/"+query)
		c.SetStatus(http.StatusMovedPermanently)
		return c.Finish()
	}
	full := strings.TrimPrefix(name+"/"+c.resource.DefaultFilename, "./")
	if _, err := fs.Stat(files, full); err != nil && c.resource.SPA {
		full = c.resource.DefaultFilename
	}
	return c.file(files, full)
}

// filePath is a path of a request in the words of a file system. What leads
// out of it is refused; what no file can be called is not there.
func filePath(text string) (string, error) {
	text = strings.TrimSuffix(text, "/")
	if text == "" {
		return ".", nil
	}
	if slices.Contains(strings.Split(text, "/"), "..") {
		return "", errOutside
	}
	if strings.ContainsAny(text, "\\\x00") || !fs.ValidPath(text) {
		return "", errNoFile
	}
	return text, nil
}

// file answers with a file, with its type, its ranges and its conditions.
func (c *Call) file(files fs.FS, name string) error {
	f, err := files.Open(name)
	if err != nil {
		return missing(err)
	}
	defer f.Close()
	info, err := f.Stat()
	content, seeks := f.(io.ReadSeeker)
	if err != nil || info.IsDir() || !info.Mode().IsRegular() || !seeks {
		return errNoFile
	}
	tag, err := rest.FileETag(info, content)
	if err != nil {
		return err
	}
	return c.content(name, tag, c.keeping(), info.ModTime(), content)
}

// content answers with what can be read from the middle, by range and by
// condition.
func (c *Call) content(name, tag, keeping string, modified time.Time, from io.ReadSeeker) error {
	c.Writer()
	c.out.done = true // the length is known
	nosniff(c.Header())
	c.Header().Set("ETag", tag)
	c.Header().Set("Cache-Control", keeping)
	return rest.Content(c.w, c.r, name, modified, from)
}

// keeping lets clients keep a file and ask whether it is another by now.
func (c *Call) keeping() string {
	if c.resource.Public {
		return "public, no-cache"
	}
	return "private, no-cache"
}

// missing is a file that is not there, or that a link leads out to.
func missing(err error) error {
	if errors.Is(err, fs.ErrPermission) {
		return errOutside
	}
	return errNoFile
}

// Download answers with a file that a client saves under a name (section 6.4):
// the source is below the handler's directory, or with a slash in front below
// the project's root. What is not below it is not there.
func (c *Call) Download(source, name string) error {
	if slices.Contains(strings.Split(source, "/"), "..") {
		return errNoFile
	}
	dir, file := ".", source
	if at := strings.LastIndexByte(source, '/'); at >= 0 {
		dir, file = source[:max(at, 1)], source[at+1:]
	}
	files, err := c.mapper.Below(c.resource.dir(), dir)
	if err != nil {
		return errNoFile
	}
	c.Writer()
	c.out.done = true // the file's length is known
	return rest.Write(c.w, c.r, rest.Download{From: files, Path: file, Name: name})
}

// Link is a handler that leads to h.EnterURL, in a new tab where that is
// possible.
func Link(h Handler) *Handler {
	h.Target = "blank"
	h.Methods = Methods{http.MethodGet: func(c *Call) (any, error) {
		if c.resource.EnterURL == "" {
			return nil, errNoFile
		}
		return nil, c.leadTo(c.resource.EnterURL)
	}}
	return &h
}
