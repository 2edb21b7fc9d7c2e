package search_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/app/search"
)

var record = map[string]any{"title": "Role manager", "author": "mra", "tag": []string{"app", "role"}, "res": 11, "protected": true,
	"created_at": "2026-11-21T12:00:00.123456", "a.b": "x", "none": nil}

func look(field string) any { return record[field] }

func TestMatch(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`author == "mra"`: true, `author=='mra'`: true, `author != "mra"`: false, `author == "MRA"`: false,
		`tag == "app" or tag == "x"`: true, `tag == "x" or tag == "app"`: true, `tag == "app" and tag == "x"`: false, `tag != "app"`: false,
		`title == regex("role.*", "i")`: true, `title == regex("role.*")`: false, `title != regex("^R")`: false, `tag == regex("^ro")`: true,
		`title == regex(r"\bmanager")`: true, `title == regex("\bmanager")`: true, `res == regex("1")`: false,
		`tag in ["x", "role"]`: true, `tag not in ["x", "role",]`: false, `author in []`: false,
		`res == 11`: true, `res > 10.5 and res <= 11`: true, `res >= 12 or res < -1`: false, `title > "Rol"`: true, `res > "1"`: false, `none < 1`: false,
		`protected == True`: true, `protected == False`: false, `protected == 1`: false,
		`none == None`: true, `other == None`: true, `title != None`: true, `other != "x"`: true,
		`title == exists(True)`: true, `other == exists(True)`: false, `other == exists(False)`: true,
		`tag == size(2)`: true, `tag == size(3)`: false, `tag == all(["role", "app"])`: true, `tag == all(["role", "x"])`: false,
		`tag == ["app", "role"]`: true, `tag == ["app"]`: false, `a.b == "x"`: true,
		`created_at > date("2026-11-21")`: true, `created_at < date("2026-11-21 12:00:00")`: false,
		`not author == "mra"`: false, `not not author == "mra"`: true, `not (author == "x" or res == 1)`: true,
		`author == "x" and res == 1 or res == 11`: true, `author == "x" and (res == 1 or res == 11)`: false,
	} {
		e, err := search.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if e.Match(look) != want {
			t.Errorf("%s: %v", text, !want)
		}
	}
}

func TestWhatIsNoExpression(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "role", "role manager", "a == b", "a ==", "a and b", "or", "not", "a == 1 b", "(a == 1", "a == 1)", `"a" == "b"`, "1 == 1",
		`a == "x`, "a = 1", "a == [1", "a == [[1]]", "a in 1", "a < [1]", `a < regex("x")`, "a not == 1", "hello, world", "a == 1;", "a == f"} {
		if _, err := search.Parse(text); !errors.Is(err, search.ErrNone) {
			t.Errorf("%s: %v", text, err)
		}
	}
	for text, want := range map[string]string{
		`a == regex("(")`: "pattern", `a == regex("(?<=a)b")`: "pattern", `a == f("x")`: "no function f", `a == exists(1)`: "no function exists", `a == regex()`: "no function",
		`a == date("soon")`: "soon", strings.Repeat("(", 100) + "a == 1" + strings.Repeat(")", 100): "deep", strings.Repeat("x", 2001): "bytes",
		"a in [" + strings.Repeat("1,", 101) + "]": "100 values",
	} {
		if _, err := search.Parse(text); err == nil || errors.Is(err, search.ErrNone) || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`tag == "app" or not title == regex("role.*", "i")`, `a in [1, "x"] and (b == all(["c"]))`, `(((`, `a == "\\"`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if e, err := search.Parse(text); err == nil {
			e.Match(look)
		}
	})
}
