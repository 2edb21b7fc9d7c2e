package tokenfile

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"
)

// Made is one token as the file has it.
type Made struct {
	Hash        string `json:"hash"`
	Description string `json:"description"`
	Expires     string `json:"expires_at,omitempty"`
}

// Make is the entry of a token. One that a person thought of is kept so that
// guessing is slow; for a random one that is not needed, and each request
// that shows it is cheap.
func Make(description, token string, random bool, expires time.Time) Made {
	salt := hex.EncodeToString(randomBytes(8))
	m := Made{Description: description}
	if random {
		h := hmac.New(sha256.New, []byte(salt))
		h.Write([]byte(token))
		m.Hash = fmt.Sprintf("sha256$%s$%x", salt, h.Sum(nil))
	} else {
		sum, _ := pbkdf2.Key(sha256.New, token, []byte(salt), defaultIterations, sha256.Size) // fails for no length that we ask
		m.Hash = fmt.Sprintf("pbkdf2:sha256:%d$%s$%x", defaultIterations, salt, sum)
	}
	if !expires.IsZero() {
		m.Expires = expires.UTC().Format(timeForm)
	}
	return m
}

// Random is a new token.
func Random() string { return hex.EncodeToString(randomBytes(24)) }

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	return b
}

// Append puts an entry at the end of a list, and leaves what is there as it
// is. No text is an empty list.
func Append(text []byte, m Made) ([]byte, error) {
	list := []json.RawMessage{}
	if len(bytes.TrimSpace(text)) > 0 {
		if err := json.Unmarshal(text, &list); err != nil {
			return nil, fmt.Errorf("a JSON array of objects is needed: %w", err)
		}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(m); err != nil {
		return nil, err
	}
	list = append(list, b.Bytes())
	var out bytes.Buffer
	enc = json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(list)
	return out.Bytes(), err
}
