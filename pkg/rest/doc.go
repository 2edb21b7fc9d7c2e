package rest

import (
	"fmt"
	"html/template"
	"io/fs"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/doctext"
)

// Doc says what a route does, in the user's words.
type Doc struct {
	Title  string // "Submit a job": required
	Author string // of the route, for who has a question
	// Text is in the markup of package doctext: an introduction, and if it has
	// them the sections Methods, Parameters, Returns, Raises and Examples.
	Text string
	Tags []string
	// Request and Response are examples (values to be shown as JSON).
	Request, Response any
	// Examples are conversations that show the route at work. Package resttest
	// has them.
	Examples []Example
	Errors   []fault.Kind // the kinds it may answer with, beside the usual
	Unlisted bool         // not in the OpenAPI document: it says that something is not offered
}

// Example is a conversation with a server: for each exchange the lines of the
// request, each behind "> ", and of the answer, each behind "< ".
//
//	> POST /api/v1/jobs
//	> Content-Type: application/json
//	>
//	> {"executable": "/bin/echo"}
//	< 201
//	< Location: /api/v1/jobs/{id}
//	<
//	< {"id": "{id}", "state": "*"}
//
// Of an answer it names what matters: the status, headers, and a body in JSON
// of which other members may be there as well. "*" stands for any text, and
// alone for any value; "{name}" for a text that is the same wherever else the
// name is in the conversation, in requests too (in quotes, it may also be a
// number); a list that ends in "..." may go on.
//
// An answer said to be text/event-stream is read until it says what is said of
// it. Behind a 101 the lines are frames of a websocket: those sent, and those
// waited for. Whoever runs the conversation signs requests in that name nobody;
// with an empty header Authorization they stay nobody's.
type Example struct {
	Title        string
	Conversation string
}

// ReadDoc reads documentation out of a file: "# Title" in its first line, then
// lines "Author: …" and "Tags: …, …" if it has them, then the text. What stands
// in it between the fences "```http" and "```" are examples.
func ReadDoc(files fs.FS, name string) (Doc, error) {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return Doc{}, err
	}
	first, rest, _ := strings.Cut(strings.ReplaceAll(string(raw), "\r\n", "\n"), "\n")
	title, ok := strings.CutPrefix(first, "# ")
	if title = strings.TrimSpace(title); !ok || title == "" {
		return Doc{}, fmt.Errorf("%s: the first line is %q, and not a title", name, first)
	}
	d := Doc{Title: title}
	for {
		line, after, _ := strings.Cut(strings.TrimLeft(rest, "\n"), "\n")
		switch key, value, _ := strings.Cut(line, ":"); key {
		case "Author":
			d.Author = strings.TrimSpace(value)
		case "Tags":
			for tag := range strings.SplitSeq(value, ",") {
				d.Tags = append(d.Tags, strings.TrimSpace(tag))
			}
		default:
			d.Text = strings.TrimSpace(rest)
			d.Examples = fenced(title, d.Text)
			return d, nil
		}
		rest = after
	}
}

// MustReadDoc is ReadDoc of files that are part of the program.
func MustReadDoc(files fs.FS, name string) Doc {
	d, err := ReadDoc(files, name)
	if err != nil {
		panic(err)
	}
	return d
}

// fenced are the examples within a text.
func fenced(title, text string) []Example {
	var out []Example
	for i, part := range strings.Split(text, "```http\n") {
		if code, _, closed := strings.Cut(part, "```"); i > 0 && closed {
			out = append(out, Example{title, code})
		}
	}
	return out
}

// HTML is the text as part of a page, with the examples that are not in it.
// Problems are places where the text is not the markup that it seems to be.
func (d Doc) HTML(fields doctext.Fields) (template.HTML, []doctext.Problem) {
	return doctext.Parse(d.whole("")).HTML(fields)
}

// markdown is the text for OpenAPI.
func (d Doc) markdown() string { return doctext.Parse(d.whole("http")).Markdown() }

// whole is the text and the examples that are not in it.
func (d Doc) whole(language string) string {
	var b strings.Builder
	b.WriteString(d.Text)
	head := "\n\nExamples:\n"
	if doctext.Parse(d.Text).Has(doctext.Examples) {
		head = "\n\n"
	}
	for _, e := range d.Examples {
		if strings.Contains(d.Text, strings.TrimSpace(e.Conversation)) {
			continue
		}
		title := ""
		if e.Title != "" {
			title = e.Title + "\n\n"
		}
		fmt.Fprintf(&b, "%s%s```%s\n%s\n```\n\n", head, title, language, strings.Trim(e.Conversation, "\n"))
		head = ""
	}
	return b.String()
}

// Whole is the text with the examples that are not in it, in the markup of
// package doctext.
func (d Doc) Whole() string { return strings.TrimSpace(d.whole("")) }
