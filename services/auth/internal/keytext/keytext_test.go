package keytext_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/auth/internal/keytext"
)

func TestKeysAreReadBack(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for range 1000 {
		id, text, sum := keytext.New()
		got, hash, err := keytext.Parse(text)
		if err != nil || got != id || !bytes.Equal(hash, sum) || seen[id] || seen[string(sum)] || len(sum) != 32 {
			t.Fatalf("%s, %v", got, err)
		}
		seen[id], seen[string(sum)] = true, true
		if strings.Contains(text, string(sum)) || !strings.HasPrefix(text, keytext.Prefix+id+"_") {
			t.Fatal("not the form")
		}
	}
}

// TestEveryTypingMistakeIsFound: one wrong character anywhere is no key.
func TestEveryTypingMistakeIsFound(t *testing.T) {
	t.Parallel()
	_, text, _ := keytext.New()
	for i := range text {
		for _, c := range []byte("aB3_-= \n") {
			if wrong := text[:i] + string(c) + text[i+1:]; wrong != text {
				if _, _, err := keytext.Parse(wrong); !errors.Is(err, keytext.ErrSyntax) {
					t.Errorf("byte %d as %q: %v", i, c, err)
				}
			}
		}
		if _, _, err := keytext.Parse(text[:i]); err == nil {
			t.Errorf("%d bytes are a key", i)
		}
	}
	for _, wrong := range []string{text + "0", " " + text, strings.ToUpper(text)} {
		if _, _, err := keytext.Parse(wrong); err == nil {
			t.Error("a longer one is a key")
		}
	}
}

func FuzzParse(f *testing.F) {
	_, text, _ := keytext.New()
	f.Add(text)
	f.Add("hdl__")
	f.Fuzz(func(t *testing.T, text string) {
		id, sum, err := keytext.Parse(text)
		if err == nil && (len(sum) != 32 || !strings.HasPrefix(text, keytext.Prefix+id)) || err != nil && sum != nil {
			t.Errorf("%q is %s, %v", text, id, err)
		}
	})
}
