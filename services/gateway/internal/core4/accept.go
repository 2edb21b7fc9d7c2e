package core4

import (
	"mime"
	"net/http"
	"strconv"
	"strings"
)

// The forms of an answer, in the order in which ties are decided.
const (
	formJSON = "json"
	formHTML = "html"
	formCSV  = "csv"
	formText = "text"
)

var forms = []struct{ form, kind, sub string }{
	{formJSON, "application", "json"}, {formHTML, "text", "html"}, {formCSV, "text", "csv"}, {formText, "text", "plain"},
}

// prefers is the form that the client asks for: the argument content_type
// beats the header, and JSON is what there is for those who ask for nothing
// that there is.
func prefers(r *http.Request, args arguments) string {
	wish := args.text("content_type")
	for _, f := range forms {
		if wish == f.form {
			return wish
		}
	}
	accept := strings.Join(r.Header.Values("Accept"), ",")
	best, at := formJSON, 0.0
	for _, f := range forms {
		if q := quality(accept, f.kind, f.sub); q > at {
			best, at = f.form, q
		}
	}
	return best
}

// quality is the weight of a media type in an Accept header: that of the most
// specific range which it is in.
func quality(accept, kind, sub string) float64 {
	q, specific := 0.0, 0
	for part := range strings.SplitSeq(accept, ",") {
		media, params, err := mime.ParseMediaType(strings.TrimSpace(part))
		if err != nil {
			continue
		}
		level := map[string]int{"*/*": 1, kind + "/*": 2, kind + "/" + sub: 3}[media]
		if level <= specific {
			continue
		}
		specific, q = level, 1
		if text, ok := params["q"]; ok {
			q, _ = strconv.ParseFloat(text, 64)
		}
	}
	return q
}
