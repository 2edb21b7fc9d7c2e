package doctext

import (
	"fmt"
	"html"
	"html/template"
	"strings"
)

// Problem is a place where a text is not the markup that it seems to be.
type Problem struct {
	Line    int    `json:"line"` // from 1
	Message string `json:"message"`
}

func (p Problem) String() string { return fmt.Sprintf("line %d: %s", p.Line, p.Message) }

// maxProblems bounds what is reported of one text.
const maxProblems = 20

// Fields are what may stand in a text as {{ name }}.
type Fields map[string]string

// Fill is a text with the fields' values. Fields that there are not stay.
func (f Fields) Fill(text string) string {
	w := writer{fields: f}
	return w.filled(text)
}

// HTML makes a page's part of markup: paragraphs, lists ("-", "*", "1."),
// headings ("#"), **bold**, *italic*, `literal` and “literal“ in double
// backquotes, code between fences or indented after "::", doctests (">>>"),
// links [text](https://…) and `text <https://…>`_, to http, https and paths of
// this server, and plain addresses. Whatever else is in the text is text.
func HTML(text string, fields Fields) (template.HTML, []Problem) {
	w := writer{fields: fields}
	if len(text) > MaxText {
		w.report("the text is longer than %d bytes", MaxText)
	}
	w.blocks(split(text), 0)
	return template.HTML(w.out.String()), w.problems
}

// HTML is the whole text: the introduction, and each block with its headings.
func (t Text) HTML(fields Fields) (template.HTML, []Problem) {
	intro, problems := HTML(t.Intro, fields)
	var b strings.Builder
	b.WriteString(string(intro))
	for _, block := range t.Blocks {
		b.WriteString("<section>\n")
		for _, s := range block {
			body, bad := HTML(s.Text, fields)
			b.WriteString("<h3>" + s.Part.Heading() + "</h3>\n" + string(body))
			for _, p := range bad {
				p.Line += s.Line
				problems = append(problems, p)
			}
		}
		b.WriteString("</section>\n")
	}
	return template.HTML(b.String()), problems[:min(len(problems), maxProblems)]
}

// writer makes HTML of markup. All text goes through text, which escapes it.
type writer struct {
	out      strings.Builder
	fields   Fields
	line     int // that is being read, from 1
	problems []Problem
}

func (w *writer) report(format string, args ...any) {
	if len(w.problems) < maxProblems {
		w.problems = append(w.problems, Problem{max(w.line, 1), fmt.Sprintf(format, args...)})
	}
}

func (w *writer) tag(s string) { w.out.WriteString(s) }

func (w *writer) text(s string) { w.out.WriteString(html.EscapeString(s)) }

func (w *writer) code(lines []string) {
	w.tag(`<pre tabindex="0">`)
	w.text(w.filled(dedent(lines)))
	w.tag("</pre>\n")
}

// filled is a text with the values of its fields.
func (w *writer) filled(s string) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(s, "{{")
		name, after, closed := strings.Cut(rest, "}}")
		b.WriteString(before)
		if !open || !closed || len(name) > 60 {
			b.WriteString(s[len(before):])
			return b.String()
		}
		value, known := w.fields[strings.TrimSpace(name)]
		if !known {
			w.report("there is no field %q", strings.TrimSpace(name))
			value = "{{" + name + "}}"
		}
		b.WriteString(value)
		s = after
	}
}
