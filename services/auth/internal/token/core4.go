package token

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"io"
	"math"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/token/compact"
)

// core4Header is the one header of core4's tokens: {"alg":"HS512","typ":"JWT"}.
// It is compared and not read, so that no algorithm can be chosen by it.
const core4Header = "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9"

// useReset is the "use" of a token that sets a password. One that signs in has
// none, and neither is taken for the other.
const useReset = "reset"

// core4Claims are those of both; their order is that of core4's own tokens.
type core4Claims struct {
	Email      string  `json:"email,omitempty"`
	Name       string  `json:"name"`
	Timestamp  float64 `json:"timestamp,omitempty"`
	Expires    int64   `json:"exp"`
	Position   uint64  `json:"pos,omitempty"`
	Use        string  `json:"use,omitempty"`
	Credential string  `json:"cred,omitempty"`
}

// Core4 makes the token that core4's login gives.
func (m *Mint) Core4(name string, issued, expires time.Time, position uint64) (string, error) {
	if name == "" || !expires.After(issued) {
		return "", ErrClaims
	}
	return m.core4(core4Claims{Name: name, Timestamp: float64(issued.UnixMicro()) / 1e6, Expires: expires.Unix(), Position: position})
}

// OpenCore4 opens a token of Core4 whose time has not passed.
func (m *Mint) OpenCore4(token string) (name string, issued, expires time.Time, position uint64, err error) {
	c, err := m.openCore4(token, "")
	if err != nil {
		return "", time.Time{}, time.Time{}, 0, err
	}
	issued = time.UnixMicro(int64(math.Round(c.Timestamp * 1e6))).UTC()
	if c.Timestamp == 0 || issued.After(m.now().Add(skew)) {
		return "", time.Time{}, time.Time{}, 0, ErrExpired
	}
	return c.Name, issued, moment(c.Expires), c.Position, nil
}

// Reset makes the token of a link that sets a password once: it names the
// credential that it replaces.
func (m *Mint) Reset(name, email, credential string, expires time.Time) (string, error) {
	if name == "" || credential == "" || !expires.After(m.now()) {
		return "", ErrClaims
	}
	return m.core4(core4Claims{Email: email, Name: name, Expires: expires.Unix(), Use: useReset, Credential: Digest(credential)})
}

// OpenReset opens a token of Reset whose time has not passed. The credential
// comes back as its Digest.
func (m *Mint) OpenReset(token string) (name, email, credential string, expires time.Time, err error) {
	c, err := m.openCore4(token, useReset)
	if err != nil {
		return "", "", "", time.Time{}, err
	}
	return c.Name, c.Email, c.Credential, moment(c.Expires), nil
}

// Digest stands for an entry of the vault where its name should not be read.
func Digest(credential string) string {
	sum := sha256.Sum256([]byte(credential))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func (m *Mint) core4(c core4Claims) (string, error) {
	payload, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	return core4Token(m.secrets.newest(Core4Keys), base64.RawURLEncoding.EncodeToString(payload)), nil
}

func core4Token(key []byte, payload string) string {
	mac := hmac.New(sha512.New, key)
	mac.Write([]byte(core4Header + "." + payload))
	return core4Header + "." + payload + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (m *Mint) openCore4(token, use string) (core4Claims, error) {
	rest, ours := strings.CutPrefix(token, core4Header+".")
	payload, _, _ := strings.Cut(rest, ".")
	if !ours || len(token) > compact.Max || !m.signedCore4(token, payload) {
		return core4Claims{}, ErrNotOurs
	}
	c, err := readCore4(payload)
	if err != nil || c.Use != use || c.Name == "" {
		return core4Claims{}, ErrNotOurs
	}
	if !m.now().Before(moment(c.Expires).Add(skew)) {
		return core4Claims{}, ErrExpired
	}
	return c, nil
}

func (m *Mint) signedCore4(token, payload string) bool {
	for _, key := range m.secrets.byKind[Core4Keys] {
		if hmac.Equal([]byte(token), []byte(core4Token(key, payload))) {
			return true
		}
	}
	return false
}

// readCore4 takes no claim that it does not know. A configured key is another
// system's too, and what that signs with it may mean something else.
func readCore4(payload string) (c core4Claims, err error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(payload)
	if err != nil {
		return c, err
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return c, err
	}
	if _, err := d.Token(); err != io.EOF {
		return c, ErrNotOurs
	}
	if c.Timestamp < 0 || c.Timestamp > 1e11 || c.Expires <= 0 || c.Expires > 1e11 {
		return c, ErrNotOurs
	}
	return c, nil
}
