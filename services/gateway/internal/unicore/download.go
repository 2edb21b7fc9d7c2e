package unicore

import (
	"fmt"
	"net/http"
	"regexp"
	"strconv"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/files/filesapi"
)

var byteRange = regexp.MustCompile(`^bytes=([0-9]{0,18})-([0-9]{0,18})$`)

// download answers with a file's bytes, all or one range of them. UNICORE
// refuses every other form of Range, where HTTP would have it ignored.
func (d *door) download(a *ask, p filesapi.Path, f filesapi.File) error {
	if text := a.Header.Get("Range"); text != "" && !satisfiable(text, f.Size) {
		a.w.Header().Set("Content-Range", fmt.Sprintf("bytes */%d", f.Size))
		return fault.New(fault.Invalid, "unicore.range", "The range %q cannot be had of a file of %d bytes.", text, f.Size).
			WithStatus(http.StatusRequestedRangeNotSatisfiable)
	}
	a.w.Header().Set("Content-Type", "application/octet-stream")
	return d.Backend.Bytes.Get(a.w, a.Request, p)
}

func satisfiable(text string, size int64) bool {
	m := byteRange.FindStringSubmatch(text)
	if m == nil || m[1] == "" && m[2] == "" {
		return false
	}
	first, _ := strconv.ParseInt(m[1], 10, 64)
	last, _ := strconv.ParseInt(m[2], 10, 64)
	switch {
	case m[1] == "": // the last n bytes
		return last > 0
	case m[2] == "":
		return first < size
	default:
		return first <= last && first < size
	}
}
