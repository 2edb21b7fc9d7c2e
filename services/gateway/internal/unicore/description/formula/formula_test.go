package formula

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"testing"
)

func known(name string) (string, error) {
	if v, ok := map[string]string{"N": "4", "X": " 2.5 ", "Q": "fast lane", "BIG": "1e308", "NEG": "-3"}[name]; ok {
		return v, nil
	}
	return "", fmt.Errorf("%s is not known", name)
}

func TestFormulas(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                  "",
		"8G":                                "8G",
		"${N}":                              "4",
		"${ Q }":                            "fast lane",
		"${N*2}G":                           "8G",
		"${N}${N}":                          "44",
		"${1+2*3}":                          "7",
		"${(1+2)*3}":                        "9",
		"${-N + +10 - -1}":                  "7",
		"${10-2-3}":                         "5",
		"${2*3/4%1}":                        "0.5",
		"${ceil(X)}/${floor(X)}":            "3/2",
		"${max(N, X, 7)}":                   "7",
		"${min(N,X)}":                       "2.5",
		"${N > 3 ? 1 : 2}":                  "1",
		"${N <= 3 ? 1 : N == 4 ? 10 : 20}":  "10",
		"${N != 4 ? 1/0 : 5}":               "5",
		"${N == 4 ? 5 : unknown}":           "5",
		"${(N>=4)+(N<4)}":                   "1",
		"${NEG*NEG}":                        "9",
		"${0.1+0.2}":                        "0.30000000000000004",
		"${9007199254740992}":               "9007199254740992",
		"$N and {N}":                        "$N and {N}",
		"${ceil(N / 8) * max(1, N % 3)} m ": "1 m ",
	} {
		if got, err := Expand(text, known); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestBadFormulas(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("(", 40) + "1" + strings.Repeat(")", 40)
	for text, want := range map[string]string{
		"${N":                                 "is not closed",
		"${}":                                 "${}: something is missing",
		"${nobody}":                           "${nobody}: nobody is not known",
		"${1+}":                               "something is missing at the end",
		"${1 2}":                              `"2" is not expected there`,
		"${(1}":                               `a ")" is missing`,
		"${max(1;2)}":                         `there must be a ")" in place of ";"`,
		"${max()}":                            `")" is not expected there`,
		"${1/0}":                              "divided by 0",
		"${1%(N-4)}":                          "divided by 0",
		"${Q+1}":                              `the value of Q: "fast lane" is no number`,
		"${BIG+1}":                            "is no number",
		"${N ? 1}":                            `a ":" is missing`,
		"${N ? 1 : }":                         "something is missing",
		"${N == 4 ? 1 : (}":                   "something is missing",
		"${ceil(1,2)}":                        "takes one number",
		"${system(1)}":                        "there is no function system",
		"${1.2.3}":                            `"1.2.3" is no number`,
		"${'x'}":                              "is not expected there",
		"${java.lang.Runtime}":                "java is not known",
		"${N=5}":                              "is not expected there",
		"${9007199254740992*9}":               "more than can be counted",
		"${" + deep + "}":                     "too deep",
		"${" + strings.Repeat("1", 300) + "}": "at most 256",
		strings.Repeat("${N}", 9):             "more than 8",
	} {
		if got, err := Expand(text, known); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %q, %v; want %q", text, got, err, want)
		}
	}
}

// What comes out of arithmetic is a number that others can read, whatever goes in.
func FuzzExpand(f *testing.F) {
	for _, text := range []string{"N+1", "(N%3)*X", "max(1,ceil(2.5))<3?4:5", "1/0", "((((", "-.5", "\x00", "N}${N"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := Expand("${0+"+text+"}", known)
		if err != nil || In(text) || strings.Contains(text, "}") {
			return
		}
		if v, err := strconv.ParseFloat(got, 64); err != nil || math.IsNaN(v) || math.Abs(v) > 1<<53 || strings.ContainsAny(got, "eE") {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	})
}
