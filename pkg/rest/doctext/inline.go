package doctext

import (
	"net/url"
	"regexp"
	"strings"
)

// maxSpan bounds how far apart two marks may be, in bytes: a text of marks
// that nothing closes is read in linear time.
const maxSpan = 2000

// marks are what something marked may begin with.
const marks = "*`[h{\\"

// inline writes the text of a paragraph with what is marked in it.
func (w *writer) inline(s string) {
	for s != "" {
		at := strings.IndexAny(s, marks)
		if at < 0 {
			w.text(s)
			return
		}
		w.text(s[:at])
		s = s[at:]
		n := w.marked(s)
		if n == 0 { // it is no mark
			w.text(s[:1])
			n = 1
		}
		s = s[n:]
	}
}

// marked writes what a mark at the beginning of s marks, and says how long
// that is; 0: there is none.
func (w *writer) marked(s string) int {
	switch {
	case strings.HasPrefix(s, "\\") && len(s) > 1 && strings.ContainsRune(marks, rune(s[1])):
		w.text(s[1:2])
		return 2
	case strings.HasPrefix(s, "``"):
		return w.span(s, "``", "code")
	case strings.HasPrefix(s, "`"):
		return w.quoted(s)
	case strings.HasPrefix(s, "**"):
		return w.span(s, "**", "strong")
	case strings.HasPrefix(s, "*"):
		return w.span(s, "*", "em")
	case strings.HasPrefix(s, "["):
		return w.bracket(s)
	case strings.HasPrefix(s, "{{"):
		return w.field(s)
	case strings.HasPrefix(s, "http"):
		return w.address(s)
	}
	return 0
}

// span writes what is between two equal marks. A mark before a blank is none.
func (w *writer) span(s, mark, tag string) int {
	inner := s[len(mark):]
	if inner == "" || strings.ContainsRune(" \n*", rune(inner[0])) {
		return 0
	}
	end := strings.Index(inner[:min(len(inner), maxSpan)], mark)
	if end <= 0 || inner[end-1] == ' ' {
		w.report("%s is not closed", mark)
		w.text(mark)
		return len(mark)
	}
	w.tag("<" + tag + ">")
	w.text(w.filled(inner[:end]))
	w.tag("</" + tag + ">")
	return len(mark) + end + len(mark)
}

// linked is `text <address>`_, as in reStructuredText.
var linked = regexp.MustCompile("^`([^`<>]+)<([^`<> ]+)>`_{1,2}")

// quoted is a literal, or a link.
func (w *writer) quoted(s string) int {
	m := linked.FindStringSubmatch(s[:min(len(s), maxSpan)])
	if m == nil {
		return w.span(s, "`", "code")
	}
	w.link(strings.TrimSpace(m[1]), m[2])
	return len(m[0])
}

// bracketed is [text](address), as in Markdown.
var bracketed = regexp.MustCompile(`^\[([^\[\]]+)\]\(([^()]+)\)`)

func (w *writer) bracket(s string) int {
	m := bracketed.FindStringSubmatch(s[:min(len(s), maxSpan)])
	if m == nil {
		return 0
	}
	w.link(m[1], m[2])
	return len(m[0])
}

var bare = regexp.MustCompile("^https?://[^\\s<>\"'`(){}*\\[\\]\\\\^|]+")

func (w *writer) address(s string) int {
	found := strings.TrimRight(bare.FindString(s[:min(len(s), maxSpan)]), ".,;:!?")
	if found == "" || !web(found) {
		return 0
	}
	w.link(found, found)
	return len(found)
}

// field writes a field's value; one that is an address leads there.
func (w *writer) field(s string) int {
	end := strings.Index(s[:min(len(s), 70)], "}}")
	if end < 0 {
		return 0
	}
	value := w.filled(s[:end+2])
	if web(value) {
		w.link(value, value)
	} else {
		w.text(value)
	}
	return end + 2
}

// link leads to the web, or to a path of this server; an address that does
// not is shown.
func (w *writer) link(text, address string) {
	to := w.filled(strings.TrimSpace(address))
	own := strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.ContainsFunc(to, unfit)
	if !web(to) && !own {
		w.report("a link leads to http, https or a path, not to %.80q", to)
		w.text(text + " (" + to + ")")
		return
	}
	w.tag(`<a href="`)
	w.text(to)
	w.tag(`" rel="noopener noreferrer">`)
	w.text(w.filled(text))
	w.tag("</a>")
}

// web reports whether an address is one of the web.
func web(address string) bool {
	u, err := url.Parse(address)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.User == nil
}

// unfit is what browsers read a path with in ways of their own: they leave out
// line breaks, and take a backslash for a slash.
func unfit(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }
