package files

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// CarryConfig bounds what is carried in and out of storages by URL.
type CarryConfig struct {
	MaxFiles   int   `conf:"max-files" env:"MAX_FILES" default:"100000" doc:"Most files that one URL with a pattern or a directory may mean."`
	MaxBytes   int64 `conf:"max-bytes" env:"MAX_BYTES" default:"1099511627776" doc:"Most bytes of all files that one URL means."`
	AtOnce     int   `conf:"at-once" env:"AT_ONCE" default:"32" doc:"Imports and exports that a replica works on at once; others wait for their turn."`
	AtOnceUser int   `conf:"at-once-user" env:"AT_ONCE_USER" default:"8" doc:"The same of one user."`

	Roots         []string `conf:"roots" env:"ROOTS" doc:"Directories of the site that every user may take files from, by file: and link: URLs; none if empty. Files are read as this service's user."`
	WritableRoots []string `conf:"writable-roots" env:"WRITABLE_ROOTS" doc:"Directories of the site that every user may take files from, and send files to by file: URLs."`
}

// Validate says what is wrong with the configuration, naming the option.
func (c CarryConfig) Validate() error {
	if c.MaxFiles < 0 || c.MaxBytes < 0 || c.AtOnce < 0 || c.AtOnceUser < 0 {
		return errors.New("carry-max-files, carry-max-bytes, carry-at-once and carry-at-once-user must not be negative")
	}
	for _, r := range c.roots() {
		if !filepath.IsAbs(r) || filepath.Clean(r) == "/" {
			return fmt.Errorf("carry-roots and carry-writable-roots: %q is not the absolute path of a directory below /", r)
		}
	}
	return nil
}

func (c CarryConfig) roots() []string { return slices.Concat(c.Roots, c.WritableRoots) }

// apart checks that no directory that is open to all users has anything in
// common with those of this service, which hold what is not.
func (c CarryConfig) apart(own ...string) error {
	for _, r := range c.roots() {
		for _, o := range own {
			abs, err := filepath.Abs(o)
			if err != nil {
				return err
			}
			if within(resolved(r), resolved(abs)) || within(resolved(abs), resolved(r)) {
				return fmt.Errorf("carry-roots and carry-writable-roots: %s and %s hold one another, and the files of all users with them", r, o)
			}
		}
	}
	return nil
}

func within(inner, outer string) bool {
	return inner == outer || strings.HasPrefix(inner, strings.TrimSuffix(outer, "/")+"/")
}

// resolved is a path without links, as far as it is there.
func resolved(p string) string {
	if r, err := filepath.EvalSymlinks(p); err == nil {
		return r
	}
	if dir := filepath.Dir(p); dir != p {
		return filepath.Join(resolved(dir), filepath.Base(p))
	}
	return p
}

func (c CarryConfig) filled() CarryConfig {
	c.MaxFiles = cmp.Or(c.MaxFiles, 100_000)
	c.MaxBytes = cmp.Or(c.MaxBytes, 1<<40)
	c.AtOnce = cmp.Or(c.AtOnce, 32)
	c.AtOnceUser = cmp.Or(c.AtOnceUser, 8)
	return c
}
