package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"text/tabwriter"
	"time"
)

// figure is one line of the table.
type figure struct {
	Name      string  `json:"name"`
	Value     float64 `json:"value"`
	Unit      string  `json:"unit"`
	Yardstick string  `json:"yardstick,omitempty"` // name of the yardstick beside it
	Ratio     float64 `json:"ratio,omitempty"`     // value / yardstick
	Target    float64 `json:"target,omitempty"`    // of the ratio, or of the value if there is no yardstick
	Below     bool    `json:"below,omitempty"`     // the target is an upper bound
	OK        bool    `json:"ok"`
}

type report struct {
	Machine    machine            `json:"machine"`
	Time       time.Time          `json:"time"`
	Yardsticks map[string]float64 `json:"yardsticks"`
	Figures    []figure           `json:"figures"`
}

type machine struct {
	CPUs int    `json:"cpus"`
	OS   string `json:"os"`
	Arch string `json:"arch"`
	Go   string `json:"go"`
}

func newReport() *report {
	return &report{
		Machine: machine{runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version()},
		Time:    time.Now().UTC().Truncate(time.Second), Yardsticks: map[string]float64{},
	}
}

func (r *report) yardstick(name, what string, value float64, unit string) {
	r.Yardsticks[name] = value
	r.Figures = append(r.Figures, figure{Name: "yardstick " + name + ": " + what, Value: value, Unit: unit, OK: true})
	progress(r.Figures[len(r.Figures)-1])
}

// ratio adds a rate that is to be at least target of a yardstick.
func (r *report) ratio(name string, value float64, yardstick string, target float64) {
	f := figure{Name: name, Value: value, Unit: "1/s", Yardstick: yardstick, Ratio: value / r.Yardsticks[yardstick], Target: target}
	f.OK = f.Ratio >= target
	r.add(f)
}

// figure adds a value that may have a bound.
func (r *report) figure(f figure) {
	f.OK = f.Target == 0 || f.Below && f.Value <= f.Target || !f.Below && f.Value >= f.Target
	r.add(f)
}

func (r *report) add(f figure) {
	r.Figures = append(r.Figures, f)
	progress(f)
}

func progress(f figure) { fmt.Fprintf(os.Stderr, "… %s: %.3g %s\n", f.Name, f.Value, f.Unit) }

func (r *report) write(w io.Writer, jsonFile string) error {
	fmt.Fprintf(w, "\n%s, %d CPUs, %s/%s, %s\n\n", r.Time.Format(time.RFC3339), r.Machine.CPUs, r.Machine.OS, r.Machine.Arch, r.Machine.Go)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "FIGURE\tVALUE\tUNIT\tRATIO\tTARGET\t")
	for _, f := range r.Figures {
		ratio, target, verdict := "", "", ""
		if f.Yardstick != "" {
			ratio = fmt.Sprintf("%.3f of %s", f.Ratio, f.Yardstick)
		}
		if f.Target != 0 {
			sign, v := "≥", "missed"
			if f.Below {
				sign = "≤"
			}
			if f.OK {
				v = "reached"
			}
			target, verdict = fmt.Sprintf("%s %g", sign, f.Target), v
		}
		fmt.Fprintf(t, "%s\t%.1f\t%s\t%s\t%s\t%s\n", f.Name, f.Value, f.Unit, ratio, target, verdict)
	}
	if err := t.Flush(); err != nil || jsonFile == "" {
		return err
	}
	b, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(jsonFile, append(b, '\n'), 0o644)
}
