package estest

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
)

var purseCommands = map[string]put{"put": {}}

func TestScenarios(t *testing.T) {
	t.Parallel()
	Scenarios(t, purseDomain(), purseCommands)
}

// A story that tells another outcome is not the story as it happened.
func TestAWrongStoryIsNoticed(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(filepath.Join("testdata", "purse.txt"))
	if err != nil {
		t.Fatal(err)
	}
	right := string(b)
	for _, change := range [][2]string{
		{"nothing\n", ""}, {`"cents":700`, `"cents":701`}, {"error the purse is full", "nothing"},
		{"then test.purse.filled.v1 {}\n", ""}, {"the purse is full\n", "the purse is full\nnothing\n"},
	} {
		told := strings.Replace(right, change[0], change[1], 1)
		s := story[purse, put, es.Typed]{Decider: purseDomain(), commands: purseCommands}
		if err := s.play(told); err != nil {
			t.Errorf("%q: %v", change[0], err)
		}
		if told == right || s.out.String() == told {
			t.Errorf("%q for %q was not noticed", change[1], change[0])
		}
	}
	for _, told := range []string{"if 1", "given nonsense.v1 {}", "given test.purse.put.v2 {", "when sing {}", "when put ["} {
		s := story[purse, put, es.Typed]{Decider: purseDomain(), commands: purseCommands}
		if err := s.play("# comment\n" + told); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%q: %v", told, err)
		}
	}
}
