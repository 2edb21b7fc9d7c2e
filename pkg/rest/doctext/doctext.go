// Package doctext reads the documentation of endpoints: an introduction, and
// sections that say which methods there are, what they take, return and
// refuse, with examples (core4's guide to documentation). It is separate
// because the same text becomes help pages, listings and OpenAPI documents.
//
// Nothing in a text is ever an error that stops anybody: what cannot be read
// as markup is shown as it was written, and reported beside it.
package doctext

import (
	"slices"
	"strings"
)

// Part is what a section is about.
type Part string

// The parts, in the order in which they are shown.
const (
	Methods    Part = "method"
	Parameters Part = "parameter"
	Returns    Part = "return"
	Raises     Part = "raise"
	Examples   Part = "example"
)

// Parts are all parts in their order.
func Parts() []Part { return []Part{Methods, Parameters, Returns, Raises, Examples} }

// Heading is how a part is called on a page: "Methods".
func (p Part) Heading() string { return strings.ToUpper(string(p[:1])) + string(p[1:]) + "s" }

// Section is what a text says about one part, in markup.
type Section struct {
	Part Part
	Text string
	Line int // of the section's heading, from 1
}

// Block is the sections about one route: no part is in it twice.
type Block []Section

// Text is a text in its parts.
type Text struct {
	Intro  string // what comes before the first section, in markup
	Blocks []Block
	Extra  []string // headings that are like those of the parts, but are of none
}

// Has reports whether any block has the part.
func (t Text) Has(p Part) bool {
	return slices.ContainsFunc(t.Blocks, func(b Block) bool {
		return slices.ContainsFunc(b, func(s Section) bool { return s.Part == p })
	})
}

// MaxText bounds a text, in bytes; what is longer is cut.
const MaxText = 256 << 10

// Parse takes a text apart. A section begins with a line that is nothing but
// the part's name, singular or plural, in any case, and a colon. A part that
// its block has already begins the next block, which is about another route.
func Parse(text string) Text {
	var t Text
	lines, from := split(text), 0
	done := func(to int) {
		body := dedent(lines[from:to])
		if len(t.Blocks) == 0 {
			t.Intro = body
			return
		}
		b := t.Blocks[len(t.Blocks)-1]
		b[len(b)-1].Text = body
	}
	for i, line := range lines {
		word := heading(line)
		part, known := partOf(word)
		if !known {
			if word != "" && !slices.Contains(t.Extra, word) {
				t.Extra = append(t.Extra, word)
			}
			continue
		}
		done(i)
		t.begin(part, i+1)
		from = i + 1
	}
	done(len(lines))
	return t
}

// begin starts a section, and a block if there is none or it has the part.
func (t *Text) begin(p Part, line int) {
	last := len(t.Blocks) - 1
	if last < 0 || slices.ContainsFunc(t.Blocks[last], func(s Section) bool { return s.Part == p }) {
		t.Blocks = append(t.Blocks, nil)
		last++
	}
	t.Blocks[last] = append(t.Blocks[last], Section{Part: p, Line: line})
}

// heading is the word of a line that is one word and a colon, else "".
func heading(line string) string {
	word, ok := strings.CutSuffix(strings.TrimSpace(line), ":")
	if !ok || word == "" || len(word) > 40 {
		return ""
	}
	for _, r := range word {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') {
			return ""
		}
	}
	return word
}

func partOf(word string) (Part, bool) {
	word = strings.ToLower(word)
	for _, p := range Parts() {
		if word == string(p) || word == string(p)+"s" {
			return p, true
		}
	}
	return "", false
}

// split gives the lines of a text, without carriage returns and with blanks
// for tabs.
func split(text string) []string {
	if len(text) > MaxText {
		text = text[:MaxText]
	}
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\t", "    ", "\x00", "\uFFFD").Replace(text)
	return strings.Split(text, "\n")
}

// dedent takes away the blanks that all lines begin with, as documentation in
// programs is indented; the first line often is not, and does not count then.
func dedent(lines []string) string {
	least := -1
	for i, l := range lines {
		n := indent(l)
		if strings.TrimSpace(l) == "" || i == 0 && n == 0 {
			continue
		}
		if least < 0 || n < least {
			least = n
		}
	}
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.TrimRight(l[min(max(least, 0), indent(l)):], " ")
	}
	return strings.Trim(strings.Join(out, "\n"), "\n")
}

func indent(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

// Markdown is the text for readers of Markdown: sections have headings.
func (t Text) Markdown() string {
	parts := []string{t.Intro}
	for _, b := range t.Blocks {
		for _, s := range b {
			parts = append(parts, "#### "+s.Part.Heading(), s.Text)
		}
	}
	return strings.TrimSpace(strings.Join(parts, "\n\n"))
}
