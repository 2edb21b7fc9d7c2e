package media

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"html"
	"strings"
)

func (t Table) writeJSON(w *bufio.Writer) error {
	names := make([][]byte, len(t.Columns))
	for i, name := range t.Columns {
		names[i] = asJSON(name)
	}
	w.WriteByte('[')
	err := t.each(func(n int, row []any) error {
		if n > 0 {
			w.WriteByte(',')
		}
		w.WriteByte('{')
		for i, v := range row {
			if i > 0 {
				w.WriteByte(',')
			}
			w.Write(names[i])
			w.WriteByte(':')
			cell := asJSON(t.plain(v))
			if cell == nil {
				return fmt.Errorf("row %d, column %s of a table: no JSON can be made of a %T", n, t.Columns[i], v)
			}
			w.Write(cell)
		}
		return w.WriteByte('}')
	})
	if err != nil {
		return err
	}
	return w.WriteByte(']')
}

// asJSON shows text as it is, without escapes for HTML; nil if it cannot be.
func asJSON(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return nil
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func (t Table) writeHTML(w *bufio.Writer) error {
	w.WriteString("<table class=\"dataframe\">\n<thead>\n<tr>")
	for _, name := range t.header() {
		w.WriteString("<th>" + html.EscapeString(name) + "</th>")
	}
	w.WriteString("</tr>\n</thead>\n<tbody>\n")
	err := t.each(func(n int, row []any) error {
		cells, err := t.texts(n, row)
		if err != nil {
			return err
		}
		w.WriteString("<tr>")
		for i, cell := range cells {
			tag := "td"
			if i == 0 && !t.NoIndex {
				tag = "th"
			}
			w.WriteString("<" + tag + ">" + html.EscapeString(cell) + "</" + tag + ">")
		}
		_, err = w.WriteString("</tr>\n")
		return err
	})
	if err != nil {
		return err
	}
	_, err = w.WriteString("</tbody>\n</table>\n")
	return err
}

func (t Table) writeCSV(w *bufio.Writer) error {
	out := csv.NewWriter(w)
	header := t.header()
	if t.Safe {
		header = append([]string(nil), header...)
		for i := range header {
			header[i] = unformula(header[i])
		}
	}
	if err := out.Write(header); err != nil {
		return err
	}
	err := t.each(func(n int, row []any) error {
		cells, err := t.texts(n, row)
		if err != nil {
			return err
		}
		for i, v := range row {
			if text, isText := v.(string); isText && t.Safe {
				cells[len(cells)-len(row)+i] = unformula(text)
			}
		}
		return out.Write(cells)
	})
	out.Flush()
	if err != nil {
		return err
	}
	return out.Error()
}

// unformula keeps a text from being a formula. Blanks and controls in front
// do not keep a spreadsheet from seeing one.
func unformula(text string) string {
	if rest := strings.TrimLeft(text, " \t\r\n"); rest != "" && strings.IndexByte("=+-@", rest[0]) >= 0 {
		return "'" + text
	}
	return text
}
