package estest

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/es"
)

var _ = flag.Bool("update", false, "rewrite the expected outcomes in testdata")

func updating() bool { return flag.Lookup("update").Value.String() == "true" }

// Scenarios plays every story in testdata/*.txt against a domain. A story has
// one step a line; what follows the first or second word is JSON:
//
//	# A job that is aborted while it waits never runs.
//	given jobs.job.submitted.v1 {"id":"…"}
//	when abort {"actor":"u1"}
//	then jobs.job.aborted.v1 {"by":"u1"}
//	when abort {"actor":"u1"}
//	nothing
//	when restart {}
//	error the job is aborted
//
// The outcome of a "when" is its events ("then"), a refusal ("error" and its
// text) or "nothing" (already so); its events are given to the next one.
// commands has an empty command of each name. go test -update rewrites the
// outcomes.
func Scenarios[S, C, E any](t *testing.T, d es.Decider[S, C, E], commands map[string]C) {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no stories in testdata: %v", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			t.Parallel()
			told, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			s := story[S, C, E]{Decider: d, commands: commands}
			if err := s.play(string(told)); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			settle(t, path, string(told), s.out.String())
		})
	}
}

// settle compares a story as told with the story as it happened.
func settle(t *testing.T, path, told, happened string) {
	t.Helper()
	if told == happened {
		return
	}
	if updating() {
		if err := os.WriteFile(path, []byte(happened), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, got := strings.Split(told, "\n"), strings.Split(happened, "\n")
	n := 0
	for n < min(len(want), len(got))-1 && want[n] == got[n] {
		n++
	}
	t.Errorf("%s:%d: it goes on otherwise\n told:     %s\n happened: %s\n\nthe story as it happened (go test -update writes it):\n%s",
		path, n+1, want[n], got[n], happened)
}

// story is one play: the state so far and the text with its real outcomes.
type story[S, C, E any] struct {
	es.Decider[S, C, E]
	commands map[string]C
	state    S
	out      strings.Builder
}

func (s *story[S, C, E]) play(text string) error {
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		if word == "then" || word == "error" || word == "nothing" {
			continue // said anew after each "when"
		}
		fmt.Fprintln(&s.out, line)
		var err error
		switch {
		case word == "" || strings.HasPrefix(word, "#"):
		case word == "given":
			err = s.given(rest)
		case word == "when":
			err = s.when(rest)
		default:
			err = fmt.Errorf("a step begins with given, when, then, error or nothing, not with %q", word)
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	return nil
}

func (s *story[S, C, E]) given(step string) error {
	typ, data, _ := strings.Cut(step, " ")
	e, ok, err := s.Codec.Decode(typ, json.RawMessage(data))
	if err != nil || !ok {
		return fmt.Errorf("event %s: known %v: %v", typ, ok, err)
	}
	s.state = s.Evolve(s.state, e)
	return nil
}

func (s *story[S, C, E]) when(step string) error {
	name, data, _ := strings.Cut(step, " ")
	if data == "" {
		data = "{}"
	}
	c, err := s.command(name, data)
	if err != nil {
		return fmt.Errorf("command %s: %w", name, err)
	}
	events, err := s.Decide(s.state, c)
	if err != nil {
		fmt.Fprintln(&s.out, "error", strings.ReplaceAll(err.Error(), "\n", " / "))
		return nil
	}
	if len(events) == 0 {
		fmt.Fprintln(&s.out, "nothing")
	}
	for _, e := range events {
		typ, payload := s.Codec.Encode(e)
		text, err := plain(payload)
		if err != nil {
			return fmt.Errorf("event %s: %w", typ, err)
		}
		fmt.Fprintln(&s.out, "then", typ, text)
		s.state = s.Evolve(s.state, e)
	}
	return nil
}

// command reads a command of the type that has the name.
func (s *story[S, C, E]) command(name, data string) (C, error) {
	empty, ok := s.commands[name]
	if !ok {
		return empty, errors.New("no such command")
	}
	c := reflect.New(reflect.TypeOf(empty))
	err := json.Unmarshal([]byte(data), c.Interface())
	return c.Elem().Interface().(C), err
}

// plain is JSON as people write it: < and > stay what they are.
func plain(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return strings.TrimSpace(b.String()), err
}
