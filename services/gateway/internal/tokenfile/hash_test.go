package tokenfile

import (
	"fmt"
	"strings"
	"testing"
)

const (
	salt  = "75f838a880872d20"
	token = "myrandomtokenstring"
	seed  = "ca8391ae4e3dc53d68befac3ab0f6f6c13ad2a770fc1e06fb7a7fba87169f21d"
)

func TestHash(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, hash, token string }{
		// covers: E3-064 E3-070 E3-073
		{"the worked example", "sha256$" + salt + "$" + seed, token},
		{"upper case", "sha256$" + salt + "$" + strings.ToUpper(seed), token},
		// covers: E3-072
		{"OpenSSL 3", "sha256$" + salt + "$SHA2-256(stdin)= " + seed, token},
		{"OpenSSL 1", "sha256$" + salt + "$(stdin)= " + seed + "\n", token},
		// covers: E3-071
		{"pbkdf2", "pbkdf2:sha256:1$salt$120fb6cffcf8b32c43e7225256c4f837a86548c92ccc35480805987cb70be17b", "password"},
		{"pbkdf2, more rounds", "pbkdf2:sha256:1000$" + salt + "$6b30e27edba346574064a252b6d3367fd308ce418d152fda2937500d109a8433", token},
		{"pbkdf2, rounds not given", "pbkdf2:sha256$" + salt + "$e140133b74b40341965d2b7b7ebf709ff439b5cded9013f8e42043049fc280d3", token},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h, err := parseHash(c.hash)
			if err != nil {
				t.Fatal(err)
			}
			if !h.matches(c.token) {
				t.Error("the token does not match")
			}
			if h.iterations <= 1000 && h.matches(c.token+"x") {
				t.Error("another token matches")
			}
		})
	}
}

func TestHashRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "$$", "sha256", "sha256$" + seed, "sha256$" + salt + "$", "sha256$" + salt + "$ ",
		"sha256$a$b$" + seed, "sha256$" + salt + "$" + seed[2:], "sha256$" + salt + "$" + seed + "00",
		"sha256$" + salt + "$" + strings.Repeat("x", 64),
		"SHA256$" + salt + "$" + seed, "md5$" + salt + "$" + seed, "plain$$" + token, "sha512$" + salt + "$" + seed,
		"pbkdf2$" + salt + "$" + seed, "pbkdf2:sha1:1000$" + salt + "$" + seed, "pbkdf2:sha256:$" + salt + "$" + seed,
		"pbkdf2:sha256:0$" + salt + "$" + seed, "pbkdf2:sha256:-1$" + salt + "$" + seed, "pbkdf2:sha256:+1$" + salt + "$" + seed,
		"pbkdf2:sha256:10000001$" + salt + "$" + seed, "pbkdf2:sha256:4294967297$" + salt + "$" + seed,
		"pbkdf2:sha256:1:1$" + salt + "$" + seed,
	} {
		if _, err := parseHash(text); err == nil {
			t.Errorf("%q is accepted", text)
		} else if strings.Contains(err.Error(), seed[:10]) {
			t.Errorf("%q: the error repeats the hash: %v", text, err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(fmt.Sprintf(`[{"hash":"sha256$%s$%s","description":"my app","expires_at":"2022-10-07T11:23:02Z"}]`, salt, seed))
	f.Add(`[{"hash":"pbkdf2:sha256:9$a$SHA2-256(stdin)= ` + seed + `","description":"","revoked_at":""}, null, 3, {"hash":[]}]`)
	f.Add(`null`)
	f.Fuzz(func(t *testing.T, text string) {
		entries, skipped, err := parse(text)
		if err != nil && len(entries)+len(skipped) > 0 {
			t.Error("a broken file has entries")
		}
		for _, e := range entries {
			if e.iterations < 0 || e.iterations > maxIterations {
				t.Errorf("%d iterations", e.iterations)
			}
			if strings.Contains(e.salt, "$") {
				t.Errorf("the salt %q holds a separator", e.salt)
			}
		}
	})
}
