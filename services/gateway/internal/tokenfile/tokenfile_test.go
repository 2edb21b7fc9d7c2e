package tokenfile

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// file is a list on disk and what is logged of it.
type file struct {
	*File
	path string
	log  logged
}

// logged is what two goroutines write and read in turns.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// take returns what was logged since the last time.
func (l *logged) take() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.text.Reset()
	return l.text.String()
}

func open(t *testing.T, text string) *file {
	t.Helper()
	f := &file{path: filepath.Join(t.TempDir(), "tokens.json")}
	f.write(t, text)
	f.File = Open(f.path, slog.New(slog.NewTextHandler(&f.log, nil)))
	return f
}

func (f *file) write(t *testing.T, text string) {
	t.Helper()
	if err := os.WriteFile(f.path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// is checks what the list says of a token; "" means that it is refused.
func (f *file) is(t *testing.T, token, want string) {
	t.Helper()
	got, ok, err := f.Verify(t.Context(), token)
	if err != nil || ok != (want != "") || got != want {
		t.Errorf("token %q: %q, %v, %v; want %q", token, got, ok, err, want)
	}
}

func one(more string) string {
	return fmt.Sprintf(`{"hash":"sha256$%s$%s","description":"my app"%s}`, salt, seed, more)
}

func listOf(entries ...string) string { return "[" + strings.Join(entries, ",") + "]" }

func TestVerify(t *testing.T) {
	t.Parallel()
	pbkdf2 := `{"hash":"pbkdf2:sha256:1$salt$120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b","description":"slow one"}`
	for _, c := range []struct{ name, text, token, want string }{
		// covers: E3-060 E3-063 E3-065
		{"right", listOf(one("")), token, "my app"},
		{"wrong", listOf(one("")), "another", ""},
		{"none", listOf(one("")), "", ""},
		{"hash of nothing", `[{"hash":"sha256$$b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad","description":"x"}]`, "", ""},
		{"hash as token", listOf(one("")), seed, ""},
		// covers: E3-074
		{"the seed's entry, today", listOf(one(`,"expires_at":"2022-10-07T11:23:02Z"`)), token, ""},
		// covers: E3-067 E3-069
		{"empty times", listOf(one(`,"expires_at":"","revoked_at":""`)), token, "my app"},
		{"null times", listOf(one(`,"expires_at":null,"revoked_at":null`)), token, "my app"},
		{"far times", listOf(one(`,"expires_at":"9999-01-01T00:00:00Z","revoked_at":"9999-01-01T00:00:00Z"`)), token, "my app"},
		{"expired, and again for ever", listOf(one(`,"expires_at":"2022-10-07T11:23:02Z"`), one("")), token, "my app"},
		{"second of three", listOf(pbkdf2, one(""), pbkdf2), token, "my app"},
		{"slow", listOf(one(""), pbkdf2), "password", "slow one"},
		{"slow, wrong", listOf(one(""), pbkdf2), "passwort", ""},
		// covers: E3-058
		{"a JWT is text like any other", listOf(one("")), "eyJhbGciOiJub25lIn0.eyJuYW1lIjoiYWRtaW4ifQ.", ""},
		{"members of their own", listOf(one(`,"note":[1]`)), token, "my app"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := open(t, c.text)
			for range 2 { // the second time from memory
				f.is(t, c.token, c.want)
			}
		})
	}
}

// Whatever is wrong in an entry refuses its token, and only that.
func TestEntryLeftOut(t *testing.T) {
	t.Parallel()
	good := `{"hash":"sha256$other$f8d4d3a4b9a1","description":"short"}`
	for text, why := range map[string]string{
		one(`,"expires_at":"tomorrow"`):                  "expires_at",
		one(`,"expires_at":"2999-10-07T11:23:02"`):       "expires_at",
		one(`,"expires_at":"2999-10-07T11:23:02+02:00"`): "expires_at",
		one(`,"expires_at":"2999-10-07T11:23:02.5Z"`):    "expires_at",
		one(`,"revoked_at":"2999-13-07T11:23:02Z"`):      "revoked_at",
		one(`,"revoked_at":4102444800`):                  "revoked_at must be a string",
		strings.Replace(one(""), `"my app"`, "null", 1):  "description is missing",
		strings.Replace(one(""), "sha256$", "md5$", 1):   "hash: the method",
		good: "hash: 64 hexadecimal digits",
		`7`:  "JSON object",
	} {
		f := open(t, listOf(text, strings.ReplaceAll(one(""), "my app", "next")))
		f.is(t, token, "next")
		if log := f.log.take(); !strings.Contains(log, why) || !strings.Contains(log, "entry 1") || strings.Contains(log, seed) {
			t.Errorf("%s: logged %s; want %q and no hash", text, log, why)
		}
	}
}

// covers: E3-066 E3-068
func TestTokenEndsInTime(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"expires_at", "revoked_at"} {
		for _, hash := range []string{"sha256$" + salt + "$" + seed, "pbkdf2:sha256:1$salt$120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b"} {
			synctest.Test(t, func(t *testing.T) {
				end := time.Now().UTC().Add(time.Hour)
				f := open(t, fmt.Sprintf(`[{"hash":%q,"description":"x",%q:%q}]`, hash, field, end.Format("2006-01-02T15:04:05Z")))
				tok := token
				if strings.HasPrefix(hash, "pbkdf2") {
					tok = "password"
				}
				f.is(t, tok, "x")
				time.Sleep(time.Hour - time.Nanosecond)
				f.is(t, tok, "x")
				time.Sleep(time.Nanosecond)
				f.is(t, tok, "")
			})
		}
	}
}

// covers: E3-062
func TestFileIsReadAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := open(t, listOf(one("")))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go f.Run(ctx)
		next := func() { time.Sleep(lookEvery); synctest.Wait() }

		f.is(t, token, "my app")
		f.write(t, listOf(strings.ReplaceAll(one(""), "my app", "my äpp")))
		next()
		f.is(t, token, "my äpp")

		for _, broken := range []string{"", "[}", "null", "{}", listOf(one("")) + "]", strings.Repeat(" ", maxFile+1)} {
			f.write(t, broken)
			f.log.take()
			next()
			next()
			f.is(t, token, "my äpp")
			if log := f.log.take(); strings.Count(log, "level=ERROR") != 1 {
				t.Errorf("%.20q: not logged once: %s", broken, log)
			}
		}
		if err := os.Remove(f.path); err != nil {
			t.Fatal(err)
		}
		next()
		f.is(t, token, "my äpp")

		f.write(t, "[]")
		next()
		f.is(t, token, "")
		cancel()
		synctest.Wait()
	})
}

// A copy that keeps time and size is seen too.
func TestChangeThatKeepsTheTime(t *testing.T) {
	t.Parallel()
	f := open(t, listOf(one("")))
	fi, err := os.Stat(f.path)
	if err != nil {
		t.Fatal(err)
	}
	f.write(t, strings.ReplaceAll(listOf(one("")), "my app", "my fox"))
	if err := os.Chtimes(f.path, fi.ModTime(), fi.ModTime()); err != nil {
		t.Fatal(err)
	}
	f.look(t.Context())
	f.is(t, token, "my fox")
}

func TestMissingFileMayComeLater(t *testing.T) {
	t.Parallel()
	f := open(t, "")
	for _, path := range []string{f.path + ".absent", t.TempDir()} {
		f.File = Open(path, slog.New(slog.DiscardHandler))
		f.is(t, token, "")
	}
	f.File = Open(f.path+".absent", slog.New(slog.DiscardHandler))
	if err := os.WriteFile(f.path+".absent", []byte(listOf(one(""))), 0o600); err != nil {
		t.Fatal(err)
	}
	f.look(t.Context())
	f.is(t, token, "my app")
}

// covers: E3-040 E3-061
func TestPath(t *testing.T) {
	t.Parallel()
	env := map[string]string{}
	for _, step := range []struct{ set, want string }{
		{"", "api-tokens.json"},
		{"ECF_API_TOKEN_FILE", "ECF_API_TOKEN_FILE"},
		{"ECF_RESTAPI_TOKEN_FILE", "ECF_RESTAPI_TOKEN_FILE"},
		{"ECF_RESTAPI_TOKENS_FILE", "ECF_RESTAPI_TOKENS_FILE"},
	} {
		env[step.set] = step.set
		if got := Path("", func(k string) string { return env[k] }); got != step.want {
			t.Errorf("with %s: %q", step.set, got)
		}
	}
	env["ECF_RESTAPI_TOKENS_FILE"] = ""
	if got := Path("", func(k string) string { return env[k] }); got != "ECF_RESTAPI_TOKEN_FILE" {
		t.Errorf("an empty variable counts: %q", got)
	}
	if got := Path("flag.json", func(k string) string { return env[k] }); got != "flag.json" {
		t.Errorf("the command line does not win: %q", got)
	}
}

// Strangers who try tokens neither queue up without end nor hold up tokens
// that are cheap to check or already known.
func TestExpensiveWorkIsBounded(t *testing.T) {
	t.Parallel()
	slow := `{"hash":"pbkdf2:sha256:1$salt$120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b","description":"slow one"}`
	f := open(t, listOf(one(""), slow))
	f.is(t, "password", "slow one")
	f.is(t, "wrong", "")

	if err := f.gate.enter(t.Context()); err != nil { // somebody works
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok, err := f.Verify(gone, "one more"); ok || fault.From(err).Kind != fault.Unavailable {
		t.Errorf("who went away: %v, %v", ok, err)
	}
	for range maxWaiting { // and others wait
		f.gate.line <- struct{}{}
	}
	if _, ok, err := f.Verify(t.Context(), "one more"); ok || fault.From(err).Kind != fault.Unavailable {
		t.Errorf("one too many: %v, %v", ok, err)
	}
	f.is(t, token, "my app")
	f.is(t, "password", "slow one")
	f.is(t, "wrong", "")
}

func TestMemoryOfWrongTokensIsBounded(t *testing.T) {
	t.Parallel()
	f := open(t, `[{"hash":"pbkdf2:sha256:1$salt$120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b","description":"slow one"}]`)
	f.is(t, "password", "slow one")
	for i := range 3 * maxWrong {
		f.is(t, fmt.Sprint(i), "")
		if l := f.list.Load(); len(l.wrong) > maxWrong {
			t.Fatalf("%d wrong tokens are kept", len(l.wrong))
		}
	}
	if l := f.list.Load(); len(l.known) != 1 {
		t.Errorf("%d right tokens are kept", len(l.known))
	}
}
