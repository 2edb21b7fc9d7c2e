package rest

import (
	"mime"
	"net/url"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest/internal/body"
)

// Attachment is the value of Content-Disposition that saves an answer as a
// file of the last part of name, as RFC 6266 has it for names that are not
// ASCII as well.
func Attachment(name string) string {
	name = FileName(name)
	if name == "" {
		return "attachment"
	}
	ascii := strings.Map(func(r rune) rune {
		if r > '~' || r == '"' || r == '%' {
			return '_'
		}
		return r
	}, name)
	value := mime.FormatMediaType("attachment", map[string]string{"filename": ascii})
	if ascii != name {
		value += "; filename*=UTF-8''" + strings.ReplaceAll(url.QueryEscape(name), "+", "%20")
	}
	return value
}

// FileName is the last part of a name that came from outside, with slashes of
// either kind, without control characters; "" if nothing is left that could
// be a file's.
func FileName(name string) string { return body.FileName(name) }
