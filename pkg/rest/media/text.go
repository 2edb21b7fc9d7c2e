package media

import (
	"bufio"
	"strings"
	"unicode/utf8"
)

// sample is how many rows decide how wide the columns of text are. What comes
// later and is wider moves its own row only.
const sample = 1000

func (t Table) writeText(w *bufio.Writer) error {
	first := [][]string{lines(t.header())}
	var widths []int
	begin := func() {
		widths = widthsOf(first)
		for _, cells := range first {
			writeLine(w, cells, widths, !t.NoIndex)
		}
		first = nil
	}
	err := t.each(func(n int, row []any) error {
		cells, err := t.texts(n, row)
		if err != nil {
			return err
		}
		cells = lines(cells)
		if n < sample {
			first = append(first, cells)
			return nil
		}
		if n == sample {
			begin()
		}
		return writeLine(w, cells, widths, !t.NoIndex)
	})
	if err == nil && first != nil {
		begin()
	}
	return err
}

func widthsOf(rows [][]string) []int {
	widths := make([]int, len(rows[0]))
	for _, cells := range rows {
		for i, cell := range cells {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}

// writeLine writes cells that end at the same places; an index begins there.
func writeLine(w *bufio.Writer, cells []string, widths []int, index bool) error {
	for i, cell := range cells {
		pad := strings.Repeat(" ", max(0, widths[i]-utf8.RuneCountInString(cell)))
		switch {
		case i == 0 && index:
			w.WriteString(cell + pad)
		case i == 0:
			w.WriteString(pad + cell)
		default:
			w.WriteString("  " + pad + cell)
		}
	}
	return w.WriteByte('\n')
}
