package doctext

import (
	"strings"
)

// maxDepth bounds lists within lists.
const maxDepth = 8

// blocks writes lines as paragraphs, lists, headings and code.
func (w *writer) blocks(lines []string, depth int) {
	start := w.line
	for i := 0; i < len(lines); {
		w.line = start + i + 1
		line := strings.TrimSpace(lines[i])
		switch {
		case line == "":
			i++
		case strings.HasPrefix(line, "```"):
			i = w.fence(lines, i)
		case strings.HasPrefix(line, ">>>"):
			n := until(lines[i:], func(l string) bool { return strings.TrimSpace(l) == "" })
			w.code(lines[i : i+n])
			i += n
		case level(line) > 0:
			w.heading(line)
			i++
		case marker(line) > 0 && depth < maxDepth:
			i = w.list(lines, i, depth)
		default:
			i = w.paragraph(lines, i, depth)
		}
	}
	w.line = start + len(lines)
}

// until counts the lines before the first that ends something.
func until(lines []string, end func(string) bool) int {
	for i, l := range lines {
		if end(l) {
			return i
		}
	}
	return len(lines)
}

// fence writes the code between a line of three backquotes and the next.
func (w *writer) fence(lines []string, i int) int {
	n := until(lines[i+1:], func(l string) bool { return strings.TrimSpace(l) == "```" })
	if i+1+n == len(lines) {
		w.report("the code is not closed by ```")
	}
	w.code(lines[i+1 : i+1+n])
	return min(i+n+2, len(lines))
}

// level is how many "#" a heading has; 0 is none.
func level(line string) int {
	n := len(line) - len(strings.TrimLeft(line, "#"))
	if n > 4 || n == len(line) || n > 0 && line[n] != ' ' {
		return 0
	}
	return n
}

// heading stands below the page's own, whatever its level.
func (w *writer) heading(line string) {
	w.tag("<h4>")
	w.inline(strings.TrimSpace(strings.TrimLeft(line, "#")))
	w.tag("</h4>\n")
}

// marker is the width of the mark that makes a line an item of a list.
func marker(line string) int {
	if strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ") {
		return 2
	}
	digits := len(line) - len(strings.TrimLeft(line, "0123456789"))
	if digits > 0 && digits < 4 && len(line) > digits+1 && (line[digits] == '.' || line[digits] == ')') && line[digits+1] == ' ' {
		return digits + 2
	}
	return 0
}

func ordered(line string) bool { return line[0] >= '0' && line[0] <= '9' }

// list writes the items that begin at the same depth and are of one kind.
func (w *writer) list(lines []string, i, depth int) int {
	in, first := indent(lines[i]), strings.TrimSpace(lines[i])
	kind := "ul"
	if ordered(first) {
		kind = "ol"
	}
	w.tag("<" + kind + ">\n")
	base := w.line - i - 1
	for i < len(lines) {
		line := strings.TrimSpace(lines[i])
		width := marker(line)
		if width == 0 || indent(lines[i]) != in || ordered(line) != (kind == "ol") {
			break
		}
		n := 1 + until(lines[i+1:], func(l string) bool {
			return strings.TrimSpace(l) != "" && indent(l) <= in
		})
		item := append([]string{strings.Repeat(" ", in+width) + line[width:]}, lines[i+1:i+n]...)
		w.line = base + i
		w.tag("<li>")
		w.blocks(item, depth+1)
		w.tag("</li>\n")
		i += n
	}
	w.tag("</" + kind + ">\n")
	return i
}

// paragraph ends at a blank line, and where something else begins. One that
// ends in two colons introduces the indented code behind it.
func (w *writer) paragraph(lines []string, i, depth int) int {
	n := 1 + until(lines[i+1:], func(l string) bool {
		t := strings.TrimSpace(l)
		return t == "" || strings.HasPrefix(t, "```") || strings.HasPrefix(t, ">>>") || level(t) > 0 || marker(t) > 0 && depth < maxDepth
	})
	in := indent(lines[i])
	text := strings.TrimSpace(strings.Join(trimmed(lines[i:i+n]), "\n"))
	text, code := strings.CutSuffix(text, "::")
	if code && text != "" {
		text += ":"
	}
	if text != "" {
		w.tag("<p>")
		w.inline(text)
		w.tag("</p>\n")
	}
	i += n
	if !code {
		return i
	}
	block := until(lines[i:], func(l string) bool { return strings.TrimSpace(l) != "" && indent(l) <= in })
	if strings.TrimSpace(strings.Join(lines[i:i+block], "")) != "" {
		w.code(lines[i : i+block])
	}
	return i + block
}

func trimmed(lines []string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = strings.TrimSpace(l)
	}
	return out
}
