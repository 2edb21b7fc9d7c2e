package app

import (
	"iter"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/arg"
)

// maxBody bounds a body whose arguments are read.
const maxBody = 1 << 20

// Read reads the arguments, once.
func (c *Call) Read() error {
	switch {
	case c.read:
	case c.resource != nil && c.resource.Uploads:
		c.Args, c.bad = arg.ReadQuery(c.r)
	default:
		c.Args, c.bad = arg.Read(c.w, c.r, maxBody)
	}
	c.read = true
	return c.bad
}

// Parts are the parts of an upload of at most limit bytes, for a handler with
// Uploads: they are read as they come, so that none is ever whole in memory.
// Small files are in Args.Files without further ado.
func (c *Call) Parts(limit int64) iter.Seq2[*rest.Part, error] { return rest.Parts(c.w, c.r, limit) }
