package body

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// File is a file that came with a form.
type File struct {
	Name        string // as FileName leaves it
	ContentType string // what the client says, "" if nothing
	Body        []byte
}

// Files are the files of a multipart form that came under a field's name.
func Files(contentType string, form []byte, field string) []File {
	kind, params, _ := mime.ParseMediaType(contentType)
	if kind != FormMultipart || params["boundary"] == "" {
		return nil
	}
	var out []File
	reader := multipart.NewReader(bytes.NewReader(form), params["boundary"])
	for range 1000 {
		part, err := reader.NextPart()
		if err != nil {
			break
		}
		if part.FormName() != field || part.FileName() == "" {
			continue
		}
		content, err := io.ReadAll(part)
		if err != nil {
			break
		}
		out = append(out, File{FileName(part.FileName()), part.Header.Get("Content-Type"), content})
	}
	return out
}

// FileName is the last part of a name that came from outside, with slashes of
// either kind, without control characters; "" if nothing is left that could
// be a file's.
func FileName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 || r == '\ufffd' || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1 // turning the direction of writing hides how a name ends
		}
		return r
	}, strings.ToValidUTF8(name, "")))
	if name == "." || name == ".." || len(name) > 255 {
		return ""
	}
	return name
}
