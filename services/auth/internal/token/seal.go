package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/token/compact"
)

const (
	cookieName = "token"
	// cookieLife is how long a sealed value is opened: a day longer than the
	// cookie lives in the browser.
	cookieLife = 31 * 24 * time.Hour
	maxCookie  = 2 * compact.Max
)

// Seal signs a cookie's value in the second format of Tornado's secure
// cookies, which core4's clients know: fields with their lengths, and a MAC
// over all of them.
func (m *Mint) Seal(value string, at time.Time) string {
	return sealed(m.secrets.newest(CookieKeys), cookieName, base64.StdEncoding.EncodeToString([]byte(value)),
		strconv.FormatInt(at.Unix(), 10))
}

func sealed(key []byte, name, encoded, at string) string {
	text := "2|1:0|" + field(at) + field(name) + field(encoded)
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return text + hex.EncodeToString(mac.Sum(nil))
}

func field(value string) string { return strconv.Itoa(len(value)) + ":" + value + "|" }

// Unseal gives back what Seal was given.
func (m *Mint) Unseal(cookie string, now time.Time) (string, error) {
	parts := strings.Split(cookie, "|")
	if len(cookie) > maxCookie || len(parts) != 6 {
		return "", ErrNotOurs
	}
	_, at, _ := strings.Cut(parts[2], ":")
	_, encoded, _ := strings.Cut(parts[4], ":")
	if !m.isSealed(cookie, encoded, at) {
		return "", ErrNotOurs
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return "", ErrNotOurs
	}
	if made := time.Unix(seconds, 0); now.Sub(made) > cookieLife || made.Sub(now) > skew {
		return "", ErrExpired
	}
	value, err := base64.StdEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return "", ErrNotOurs
	}
	return string(value), nil
}

// isSealed makes the cookie again of its two variable fields and compares the
// whole: a wrong length, name or version differs, as a wrong MAC does.
func (m *Mint) isSealed(cookie, encoded, at string) bool {
	for _, key := range m.secrets.byKind[CookieKeys] {
		if hmac.Equal([]byte(cookie), []byte(sealed(key, cookieName, encoded, at))) {
			return true
		}
	}
	return false
}
