package token_test

import (
	"crypto/hmac"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/token"
)

// What core4's own login gave on 31 October 2018: of the token its header, its
// members and, from the cookie's "280:", its length are known. The keys here
// are this test's; the signatures were computed with Python's hmac.
const (
	seedToken = "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9" +
		".eyJuYW1lIjoiYWRtaW4iLCJ0aW1lc3RhbXAiOjE1NDA5Njc4MzUuNzM0NjA5LCJleHAiOjE1NDA5OTY2MzV9" +
		".kmw7cxxyV3VFUMqRp25cAUkZePfATktwsb97u7IWJcMm4YYg1E2eSF_drIHnG1K_twCplrB_cUP4EPGPzYPGSw"
	seedCookie = "2|1:0|10:1540967835|5:token|280:ZXlK"
	seedMAC    = "47f7bcf7635cb6d426c549b406fb344013c61fe4bcd4ae4970f5a723f7198108"
)

var seedTime = time.UnixMicro(1_540_967_835_734_609).UTC()

// covers: C2-067
func TestCore4TokenAndCookieAreTheSeeds(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	m.now = seedTime
	got, err := m.Core4("admin", seedTime, seedTime.Add(8*time.Hour), 0)
	if err != nil || got != seedToken {
		t.Errorf("%s, %v", got, err)
	}
	cookie := m.Seal(got, seedTime)
	if !strings.HasPrefix(cookie, seedCookie) || !strings.HasSuffix(cookie, "|"+seedMAC) {
		t.Errorf("cookie %s", cookie)
	}
	name, issued, expires, position, err := m.OpenCore4(got)
	if name != "admin" || !issued.Equal(seedTime) || expires.Unix() != 1_540_996_635 || position != 0 || err != nil {
		t.Errorf("%s %s %s %d, %v", name, issued, expires, position, err)
	}
	if back, err := m.Unseal(cookie, seedTime.Truncate(time.Second).Add(31*24*time.Hour)); back != got || err != nil {
		t.Errorf("unsealed %s, %v", back, err)
	}
}

func TestCore4TokenStandsOnAPosition(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	got, err := m.Core4("alice", m.now, m.now.Add(time.Hour), 1<<53+1)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, _, position, err := m.OpenCore4(got); position != 1<<53+1 || err != nil {
		t.Errorf("position %d, %v", position, err)
	}
	m.now = m.now.Add(time.Hour + 5*time.Second)
	if _, _, _, _, err := m.OpenCore4(got); !errors.Is(err, token.ErrExpired) {
		t.Errorf("after its end: %v", err)
	}
	m.now = m.now.Add(-2 * time.Hour)
	if _, _, _, _, err := m.OpenCore4(got); !errors.Is(err, token.ErrExpired) {
		t.Errorf("before its beginning: %v", err)
	}
}

func TestResetTokenNamesACredentialByItsDigest(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	end := m.now.Add(time.Hour).Truncate(time.Second)
	got, err := m.Reset("alice", "a@b.test", "cred1", end)
	if err != nil {
		t.Fatal(err)
	}
	name, email, credential, expires, err := m.OpenReset(got)
	if name != "alice" || email != "a@b.test" || credential != token.Digest("cred1") || !expires.Equal(end) || err != nil {
		t.Errorf("%s %s %s %s, %v", name, email, credential, expires, err)
	}
	m.now = end.Add(5 * time.Second)
	if _, _, _, _, err := m.OpenReset(got); !errors.Is(err, token.ErrExpired) {
		t.Errorf("after its end: %v", err)
	}
	for _, f := range []func() (string, error){
		func() (string, error) { return m.Reset("", "", "cred1", end.Add(time.Hour)) },
		func() (string, error) { return m.Reset("alice", "", "", end.Add(time.Hour)) },
		func() (string, error) { return m.Reset("alice", "", "cred1", end) },
		func() (string, error) { return m.Core4("", end, end.Add(1), 0) },
		func() (string, error) { return m.Core4("alice", end, end, 0) },
	} {
		if s, err := f(); !errors.Is(err, token.ErrClaims) {
			t.Errorf("%s, %v", s, err)
		}
	}
}

// hs512 signs as somebody would who has the key.
func hs512(header, payload string) string {
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(payload))
	mac := hmac.New(sha512.New, counted(64))
	mac.Write([]byte(text))
	return text + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func TestStrangeCore4TokensAreRefused(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	m.now = seedTime
	const header, claims = `{"alg":"HS512","typ":"JWT"}`, `{"name":"admin","timestamp":1540967835.7,"exp":1540996635}`
	if _, _, _, _, err := m.OpenCore4(hs512(header, claims)); err != nil {
		t.Fatal("what the strange ones are made of:", err)
	}
	for name, bad := range map[string]string{
		"other order":      hs512(`{"typ":"JWT","alg":"HS512"}`, claims),
		"alg none":         hs512(`{"alg":"none","typ":"JWT"}`, claims),
		"HS256":            hs512(`{"alg":"HS256","typ":"JWT"}`, claims),
		"header with more": hs512(`{"alg":"HS512","typ":"JWT","kid":"x"}`, claims),
		"other claim":      hs512(header, `{"name":"admin","timestamp":1,"exp":1540996635,"admin":true}`),
		"other use":        hs512(header, `{"name":"admin","timestamp":1,"exp":1540996635,"use":"x"}`),
		"no name":          hs512(header, `{"timestamp":1,"exp":1540996635}`),
		"no end":           hs512(header, `{"name":"admin","timestamp":1}`),
		"endless":          hs512(header, `{"name":"admin","timestamp":1,"exp":9223372036854775807}`),
		"huge timestamp":   hs512(header, `{"name":"admin","timestamp":1e300,"exp":1540996635}`),
		"two documents":    hs512(header, claims+claims),
		"no JSON":          hs512(header, "x"),
		"no signature":     seedToken[:strings.LastIndex(seedToken, ".")+1],
		"cut":              seedToken[:len(seedToken)-1],
		"white space":      seedToken + " ",
		"empty":            "",
		"long":             seedToken[:40] + strings.Repeat("A", 1<<20),
	} {
		if name2, _, _, _, err := m.OpenCore4(bad); !errors.Is(err, token.ErrNotOurs) {
			t.Errorf("%s: %s, %v", name, name2, err)
		}
	}
}

func TestTamperedCookieIsRefused(t *testing.T) {
	t.Parallel()
	m := newMint(t)
	good := m.Seal("value", m.now)
	for name, bad := range map[string]string{
		"empty": "", "bars": "|||||", "cut": good[:len(good)-1], "longer": good + "0", "upper case MAC": strings.ToUpper(good),
		"other name":    strings.Replace(good, "5:token", "5:other", 1),
		"other version": "1" + good[1:],
		"other key":     strings.Replace(good, "1:0", "1:1", 1),
		"other time":    strings.Replace(good, "10:1800000000", "10:1800000001", 1),
		"other value":   strings.Replace(good, "dmFsdWU=", "dmFsdWV=", 1),
		"wrong length":  strings.Replace(good, "8:dmFsdWU=", "9:dmFsdWU=", 1),
		"a field more":  good + "|",
		"long":          good + strings.Repeat("|", 1<<20),
	} {
		if v, err := m.Unseal(bad, m.now); !errors.Is(err, token.ErrNotOurs) {
			t.Errorf("%s: %q, %v", name, v, err)
		}
	}
	for name, now := range map[string]time.Time{"32 days on": m.now.Add(32 * 24 * time.Hour), "before": m.now.Add(-time.Minute)} {
		if v, err := m.Unseal(good, now); !errors.Is(err, token.ErrExpired) {
			t.Errorf("%s: %q, %v", name, v, err)
		}
	}
	for _, value := range []string{"", "|", "a|b:c", "\x00ÿ"} {
		if back, err := m.Unseal(m.Seal(value, m.now), m.now); back != value || err != nil {
			t.Errorf("%q came back as %q, %v", value, back, err)
		}
	}
}
