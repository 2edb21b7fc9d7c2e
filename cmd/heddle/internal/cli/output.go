package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"golang.org/x/term"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

var outputs = []string{"", "table", "json", "jsonl", "name"}

func (e *env) checkOutput() error {
	if !slices.Contains(outputs, e.output) {
		return usagef("--output %q is none of table, json, jsonl, name", e.output)
	}
	return nil
}

// json writes v indented; jsonl as one line.
func (e *env) json(v any) error {
	enc := json.NewEncoder(e.out)
	enc.SetEscapeHTML(false)
	if e.output == "json" {
		enc.SetIndent("", "  ")
	}
	return enc.Encode(v)
}

// isJSON reports whether a program reads the result.
func (e *env) isJSON() bool { return e.output == "json" || e.output == "jsonl" }

// printJob writes one job in the form that --output asks for.
func (e *env) printJob(j jobsapi.Job) error {
	switch {
	case e.isJSON():
		return e.json(j)
	case e.output == "name":
		_, err := fmt.Fprintln(e.out, j.ID)
		return err
	default:
		return e.describe(j)
	}
}

// printJobs writes a list of jobs.
func (e *env) printJobs(jobs []jobsapi.Job) error {
	switch e.output {
	case "json":
		return e.json(jobs)
	case "jsonl", "name":
		for _, j := range jobs {
			if err := e.printJob(j); err != nil {
				return err
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tSTATE\tNAME\tSITE\tEXIT\tSUBMITTED\tTOOK")
	for _, j := range jobs {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", j.ID, stateText(j), clean(j.Spec.Name), or(j.Site, j.Spec.Site),
			exitText(j), j.Submitted.Local().Format("2006-01-02 15:04:05"), took(j))
	}
	return w.Flush()
}

func (e *env) describe(j jobsapi.Job) error {
	w := tabwriter.NewWriter(e.out, 0, 0, 2, ' ', 0)
	row := func(k, v string) {
		if v != "" {
			fmt.Fprintf(w, "%s\t%s\n", k, clean(v))
		}
	}
	row("job", j.ID.String()+" ("+j.ID.Decimal()+" in DIRAC)")
	row("name", j.Spec.Name)
	row("state", stateText(j))
	row("reason", j.Reason)
	row("exit code", exitText(j))
	row("owner", j.OwnerName)
	row("site", or(j.Site, j.Spec.Site))
	row("command", strings.Join(append([]string{j.Spec.Executable}, j.Spec.Arguments...), " "))
	row("tags", strings.Join(j.Spec.Tags, " "))
	row("shared", strings.Join(j.ACL, " "))
	row("took", took(j))
	for _, s := range j.History {
		row(s.At.Local().Format("15:04:05.000"), s.Text)
	}
	return w.Flush()
}

func stateText(j jobsapi.Job) string {
	if j.Aborting && !j.State.Ended() {
		return string(j.State) + " (aborting)"
	}
	return string(j.State)
}

func exitText(j jobsapi.Job) string {
	if j.ExitCode == nil {
		return ""
	}
	return fmt.Sprint(*j.ExitCode)
}

func took(j jobsapi.Job) string {
	if j.Started.IsZero() {
		return ""
	}
	end := j.Ended
	if end.IsZero() {
		end = time.Now()
	}
	return end.Sub(j.Started).Round(time.Millisecond).String()
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// clean keeps other people's text from steering the terminal.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '\uFFFD'
		}
		return r
	}, s)
}

// terminal reports whether w is a screen that somebody looks at.
func terminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
