package app

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
)

// folders are where a handler's files are.
type folders struct{ templates, static fs.FS }

// folders finds those of a handler. A path of the handler's own or of its rule
// is below its directory, or with a slash in front below the project's root;
// one of configuration with a slash in front is below the system's.
func (m *mapper) folders(h *Handler, settings map[string]any) (out folders, err error) {
	if out.templates, h.TemplatePath, err = m.folder(h, settings, "template_path", h.TemplatePath); err != nil {
		return out, err
	}
	out.static, h.StaticPath, err = m.folder(h, settings, "static_path", h.StaticPath)
	return out, err
}

func (m *mapper) folder(h *Handler, settings map[string]any, key, own string) (fs.FS, string, error) {
	set, ok := textSetting(settings, key)
	if !ok {
		at, err := m.Below(cmp.Or(h.Dir, dirOf(h.Qual)), own)
		return at, own, err
	}
	if !strings.HasPrefix(set, "/") {
		at, err := m.Below(cmp.Or(h.Dir, dirOf(h.Qual)), set)
		return at, set, err
	}
	root, err := os.OpenRoot(set)
	if err != nil {
		return nil, set, fmt.Errorf("setting %s.%s: %w", h.Qual, key, err)
	}
	return root.FS(), set, nil
}

// Below is a directory of the project's files: that of a path below dir, or
// with a slash in front below the root. The project's own name as the first
// segment after that slash is the root itself.
func (c *Container) Below(dir, at string) (fs.FS, error) {
	full := path.Join(dir, at)
	if rooted, ok := strings.CutPrefix(at, "/"); ok {
		full = path.Clean(rooted)
		if first, rest, _ := strings.Cut(full, "/"); first == c.project() {
			full = cmp.Or(rest, ".")
		}
	}
	if !fs.ValidPath(full) {
		return nil, fmt.Errorf("path %q leads out of the project's files", at)
	}
	files := c.Files
	if files == nil {
		files = embed.FS{} // has nothing
	}
	return fs.Sub(files, full)
}

// dirOf is the directory of the module that a qualified name is from:
// "api/v1" of "project.api.v1.handler.MyHandler".
func dirOf(qual string) string {
	names := strings.Split(qual, ".")
	if len(names) <= 3 {
		return "."
	}
	return strings.Join(names[1:len(names)-2], "/")
}

// dir is the handler's directory below its project's root.
func (h *Handler) dir() string { return cmp.Or(h.Dir, dirOf(h.Qual)) }
