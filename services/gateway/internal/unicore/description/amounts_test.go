package description_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// What is wrong with a formula names the resource and the formula.
func TestFormulasThatComeToNothing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"Resources": {"CPUs": "${N}"}}`:                                                          "Resources.CPUs: ${N}: N is none of the job's Parameters and Environment",
		`{"Parameters": {"N": "3"}, "Resources": {"CPUs": "${N/2}"}}`:                              `Resources.CPUs: "1.5" is no number of at least 1 (it is what "${N/2}" comes to)`,
		`{"Parameters": {"N": "3"}, "Resources": {"Runtime": "${N-4}m"}}`:                          `Resources.Runtime: "-1m" is no number with a unit (it is what "${N-4}m" comes to)`,
		`{"Parameters": {"N": "x"}, "Resources": {"Memory": "${N+1}"}}`:                            `Resources.Memory: ${N+1}: the value of N: "x" is no number`,
		`{"Executable": "x", "Parameters": {"N": {"Values": [1]}}, "Resources": {"CPUs": "${N}"}}`: "Resources.CPUs: ${N}: N differs from one part of the sweep to the next; all of them get the same resources",
		`{"Resources": {"Nodes": "${System.exit(1)}"}}`:                                            "Resources.Nodes: ${System.exit(1)}: System is none of the job's Parameters and Environment",
	} {
		_, err := translate(t, text)
		if f := fault.From(err); err == nil || len(f.Fields) != 1 || f.Fields[0].Name+": "+f.Fields[0].Message != want {
			t.Errorf("%s: %v\nwant %s", text, err, want)
		}
	}
}
