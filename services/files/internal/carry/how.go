package carry

import (
	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
)

// howOf reads how files are to be stored.
func howOf(c filesapi.Carry, limit int64) (storage.How, error) {
	f := fault.New(fault.Invalid, "carry.request", "The files cannot be carried as asked.")
	how := storage.How{Limit: limit}
	var ok bool
	if how.Exists, ok = storage.Mode(c.Mode); !ok {
		f = f.WithField("mode", "%q is none of overwrite, append, nooverwrite", c.Mode)
	}
	if c.Permissions != "" {
		p, ok := storage.Permissions(c.Permissions)
		how.Always = &p
		if !ok {
			f = f.WithField("permissions", "%q is not like r-x or r-xr--r--", c.Permissions)
		}
	}
	if len(f.Fields) > 0 {
		return how, f
	}
	return how, nil
}
