package media

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"
	"time"
)

// Table is rows under named columns: core4's data frame. Its rows are written
// as they come, so that a large one is never whole in memory.
type Table struct {
	Columns []string
	// Rows gives each row once, with a value for every column, or an error
	// that ends the table. It is read once.
	Rows iter.Seq2[[]any, error]
	// NoIndex leaves out the rows' numbers from 0, which CSV, HTML and text
	// have as a first column without a name.
	NoIndex bool
	// Safe keeps spreadsheets from taking texts in CSV for formulas: those
	// that begin with = + - or @ get an apostrophe in front.
	Safe bool
	// Time is the layout of moments, which are shown in UTC; "" is RFC 3339 in
	// JSON and "2006-01-02 15:04:05" elsewhere.
	Time string

	moment func(time.Time) string // in place of Time, in a larger answer
}

// Rows gives rows that are in memory.
func Rows(rows ...[]any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

// From makes rows of any list.
func From[T any](list []T, row func(T) []any) iter.Seq2[[]any, error] {
	return func(yield func([]any, error) bool) {
		for _, one := range list {
			if !yield(row(one), nil) {
				return
			}
		}
	}
}

// Write writes the table in a form: JSON is a list of objects whose members
// are in the order of the columns, HTML a table of the class dataframe, CSV
// has a header, Text is in columns of fixed width.
func (t Table) Write(w io.Writer, f Form) error {
	out := bufio.NewWriterSize(w, 32<<10)
	var err error
	switch f {
	case HTML:
		err = t.writeHTML(out)
	case CSV:
		err = t.writeCSV(out)
	case Text:
		err = t.writeText(out)
	default:
		err = t.writeJSON(out)
	}
	if err != nil {
		return err
	}
	return out.Flush()
}

// MarshalJSON is the list of objects, for a table that is part of an answer.
func (t Table) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := t.Write(&b, JSON)
	return b.Bytes(), err
}

// each calls f with the number and the values of every row.
func (t Table) each(f func(n int, row []any) error) error {
	if t.Rows == nil {
		return nil
	}
	n := 0
	for row, err := range t.Rows {
		if err != nil {
			return err
		}
		if len(row) != len(t.Columns) {
			return fmt.Errorf("row %d of a table has %d values for %d columns", n, len(row), len(t.Columns))
		}
		if err := f(n, row); err != nil {
			return err
		}
		n++
	}
	return nil
}
