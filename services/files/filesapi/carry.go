package filesapi

import (
	"context"
	"net/url"
	"strings"
)

// Carry asks to bring a file, or all files of a pattern or a directory, into
// a storage, or to send them away from it. The end inside is Path, the end
// outside URL, of the schemes that Schemes lists.
type Carry struct {
	Path
	URL string `json:"url"`
	// Out: from the storage to the URL; otherwise from the URL into it.
	Out bool `json:"out,omitempty"`
	// As is the user id on whose behalf storages are read and written. A
	// component must say it; for anybody else it is themselves.
	As string `json:"as,omitempty"`
	// Mode says what to do with a file that is there already: one of the Carry
	// modes; empty: CarryOverwrite.
	Mode        string            `json:"mode,omitempty"`
	Permissions string            `json:"permissions,omitempty"` // of what is brought: r-x or r-xr--r--
	ReadOnly    bool              `json:"read_only,omitempty"`   // nobody will change it: a link will do
	Extra       map[string]string `json:"extra,omitempty"`       // for the scheme
	// Authorization is the header that opens the URL. It is used for no other
	// host, and appears in no log, event or error.
	Authorization string `json:"authorization,omitempty"`
}

// How a carry treats a file that is there already.
const (
	CarryOverwrite   = "overwrite"
	CarryAppend      = "append"
	CarryNoOverwrite = "nooverwrite" // a Conflict
)

// The schemes of a Carry's URL.
const (
	// SchemeStorage, as storage:ID/path, names files of another storage of the
	// same installation: home, a job's working directory. The path may be a
	// pattern (* ? [ ]) or a directory. StorageURL makes one.
	SchemeStorage = "storage"
	// SchemeSandbox, as sandbox:sha256/HEX, names an archive that was uploaded
	// before by the same user; it is unpacked at the path.
	SchemeSandbox = "sandbox"
	// SchemeFile and SchemeLink, as file:/path, name files of the site's file
	// system below the directories that the configuration allows.
	SchemeFile = "file"
	SchemeLink = "link"
	// SchemeHTTP and SchemeHTTPS name a file of the Web. The host is looked up
	// once, and must not be a private address unless the configuration allows it.
	SchemeHTTP  = "http"
	SchemeHTTPS = "https"
)

// Carried is one file that has arrived whole.
type Carried struct {
	Path  string `json:"path"` // in the storage
	Bytes int64  `json:"bytes"`
}

// Carrier carries files. It returns when all have arrived, after it has told
// of each, or with a fault that names the file: Unavailable and Timeout may go
// away by themselves, others will not. To carry the same once more does no
// harm, but for CarryAppend.
type Carrier interface {
	Carry(ctx context.Context, c Carry, arrived func(Carried)) error
}

// StorageURL names a path of a storage, or a pattern, as a Carry's URL does.
func StorageURL(storageID, path string) string {
	return SchemeStorage + ":" + storageID + "/" + strings.TrimPrefix((&url.URL{Path: "/" + strings.TrimLeft(path, "/")}).EscapedPath(), "/")
}
