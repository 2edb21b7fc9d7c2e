package resttest

import (
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/rest/doctext"
)

// idle is what a text shows as an example, and is none of the conversations
// that are run: code, and whatever else is in a section of examples.
func idle(d rest.Doc) []string {
	text := strings.ReplaceAll(d.Text, "\r\n", "\n")
	for _, e := range d.Examples {
		text = strings.Replace(text, "```http\n"+e.Conversation+"```", "", 1)
	}
	out := code(text)
	for _, block := range doctext.Parse(text).Blocks {
		for _, s := range block {
			shown := strings.TrimSpace(s.Text)
			if s.Part == doctext.Examples && shown != "" && len(code(shown)) == 0 {
				out = append(out, shown)
			}
		}
	}
	return out
}

// code are the lines that begin what is shown as code.
func code(text string) []string {
	var out []string
	inside := false
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		fence := strings.HasPrefix(line, "```")
		if inside = fence != inside; fence && inside || !inside && strings.HasPrefix(line, ">>>") || !inside && strings.HasSuffix(line, "::") {
			out = append(out, line)
		}
	}
	return slices.Compact(out)
}
