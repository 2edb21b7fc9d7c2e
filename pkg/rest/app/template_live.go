package app

import (
	"io/fs"
	"os"
)

// Live are the files of a directory if it is there, as where a program is
// developed, and else those that are part of the program. Nothing leads out of
// the directory, symbolic links included. Templates are read again at each
// request only in debug mode (see Env).
func Live(dir string, embedded fs.FS) fs.FS {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return embedded
	}
	return root.FS()
}
