package token

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
)

const (
	refreshPrefix = "hdr_" // for secret scanners
	maxID         = 64     // of a grant, in bytes
	maxRefresh    = 256    // of a refresh token, in bytes
)

// Refresh implements oauth.Minter. Nothing is stored of the token: it is the
// grant and the generation with a MAC over both and the client.
func (m *Mint) Refresh(grant string, generation uint64, client string) (string, error) {
	if !subjectToken(grant) || client == "" {
		return "", ErrClaims
	}
	return refreshToken(m.secrets.newest(RefreshKeys), grant, generation, client), nil
}

func refreshToken(key []byte, grant string, generation uint64, client string) string {
	n := strconv.FormatUint(generation, 10)
	mac := hmac.New(sha256.New, key)
	// The client comes last: of the others none can hold a bar.
	mac.Write([]byte("refresh|" + grant + "|" + n + "|" + client))
	return refreshPrefix + grant + "." + n + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// OpenRefresh implements oauth.Opener.
func (m *Mint) OpenRefresh(token, client string) (grant string, generation uint64, err error) {
	rest, ours := strings.CutPrefix(token, refreshPrefix)
	parts := strings.Split(rest, ".")
	if !ours || len(token) > maxRefresh || len(parts) != 3 || !subjectToken(parts[0]) || client == "" {
		return "", 0, ErrNotOurs
	}
	generation, err = strconv.ParseUint(parts[1], 10, 64)
	if err != nil {
		return "", 0, ErrNotOurs
	}
	for _, key := range m.secrets.byKind[RefreshKeys] {
		// The whole text is compared, so that one token has one spelling.
		if hmac.Equal([]byte(token), []byte(refreshToken(key, parts[0], generation, client))) {
			return parts[0], generation, nil
		}
	}
	return "", 0, ErrNotOurs
}

// subjectToken reports whether an id has only what a NATS subject, and the
// text that is signed, can hold.
func subjectToken(id string) bool {
	return id != "" && len(id) <= maxID && !strings.ContainsFunc(id, func(r rune) bool {
		return r != '-' && r != '_' && !('0' <= r && r <= '9') && !('a' <= r && r <= 'z')
	})
}
