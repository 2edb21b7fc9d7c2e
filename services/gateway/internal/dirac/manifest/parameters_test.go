package manifest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/fault"
)

func TestWhatParametersBecome(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"Executable":"x"}`: `[{"Executable":"x"}]`,
		`{"Parameters":["a","b"],"Arguments":"%s of %n, %(X)s","Z":1}`:                         `[{"Arguments":"a of 0, %(X)s","Z":1,"Parameter":"a","ParameterNumber":0},{"Arguments":"b of 1, %(X)s","Z":1,"Parameter":"b","ParameterNumber":1}]`,
		`{"A":"%s","parameters":2}`:                                                            `[{"A":"1","Parameter":"1","ParameterNumber":0},{"A":"1","Parameter":"1","ParameterNumber":1}]`,
		`{"A":"%s","Parameters":"3","ParameterStart":2,"ParameterStep":5,"ParameterFactor":2}`: `[{"A":"2","Parameter":"2","ParameterNumber":0},{"A":"9","Parameter":"9","ParameterNumber":1},{"A":"23","Parameter":"23","ParameterNumber":2}]`,
		`{"A":"%s","Parameters":2,"ParameterStep":0.5}`:                                        `[{"A":"1.0","Parameter":"1.0","ParameterNumber":0},{"A":"1.5","Parameter":"1.5","ParameterNumber":1}]`,
		`{"A":"%s","Parameters":2,"ParameterFactor":"-1"}`:                                     `[{"A":"1","Parameter":"1","ParameterNumber":0},{"A":"-1","Parameter":"-1","ParameterNumber":1}]`,
		`{"Parameters":["%n","%s"],"A":["%s",{"b":"%s","%s":7}]}`:                              `[{"A":["%n",{"b":"%n","%s":7}],"Parameter":"%n","ParameterNumber":0},{"A":["%s",{"b":"%s","%s":7}],"Parameter":"%s","ParameterNumber":1}]`,
		`{"Parameters":["u",1],"Parameters.N":["a","b"],"A":"%s%(N)s"}`:                        `[{"A":"ua","Parameter":"u","Parameter.N":"a","ParameterNumber":0},{"A":"1b","Parameter":"1","Parameter.N":"b","ParameterNumber":1}]`,
	} {
		docs, err := Expand(parse(t, text), 20)
		got, _ := json.Marshal(docs)
		if err != nil || string(got) != want {
			t.Errorf("%s: %v\ngot  %s\nwant %s", text, err, got, want)
		}
	}
}

// The index has as many digits as the last one.
func TestIndexOfAParameter(t *testing.T) {
	t.Parallel()
	docs, err := Expand(parse(t, `{"Parameters":11,"A":"%n"}`), 20)
	if err != nil || len(docs) != 11 {
		t.Fatalf("%d, %v", len(docs), err)
	}
	first, _ := docs[0].Get("A")
	last, _ := docs[10].Get("A")
	if first != "00" || last != "10" {
		t.Errorf("%v to %v", first, last)
	}
}

func TestMistakesOfParameters(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"Parameters":0}`:                               "Parameters",
		`{"Parameters":-1}`:                              "Parameters",
		`{"Parameters":21}`:                              "Parameters",
		`{"Parameters":[]}`:                              "Parameters",
		`{"Parameters":"many"}`:                          "Parameters",
		`{"Parameters":[{}]}`:                            "Parameters",
		`{"Parameters":{}}`:                              "Parameters",
		`{"ParameterStart":3}`:                           "Parameters",
		`{"Parameters.A":["x"]}`:                         "Parameters",
		`{"Parameters":["a"],"Parameters.A":["x","y"]}`:  "Parameters.A",
		`{"Parameters":1,"Parameters.A":"x"}`:            "Parameters.A",
		`{"Parameters":1,"ParameterStep":"far"}`:         "ParameterStep",
		`{"Parameters":1,"ParameterStep.A":1}`:           "ParameterStep.A",
		`{"Parameters":9,"ParameterFactor":1e40}`:        "Parameters",
		`{"Parameters":` + strings.Repeat("9", 40) + `}`: "Parameters",
	} {
		docs, err := Expand(parse(t, text), 20)
		if !fault.Is(err, fault.Invalid) || fault.From(err).Code != CodeInvalid || fault.From(err).Fields[0].Name != want {
			t.Errorf("%s: %v, %v; want a fault of %s", text, docs, err, want)
		}
	}
}
