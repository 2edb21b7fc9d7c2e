package tokenfile

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

const (
	// defaultIterations is what the form without a number means.
	defaultIterations = 260_000
	// maxIterations is some seconds of work for every wrong token.
	maxIterations = 10_000_000
)

// hash is what the file keeps of a token: METHOD$SALT$HASH.
type hash struct {
	salt       string
	sum        [sha256.Size]byte
	iterations int // of PBKDF2; 0: HMAC with the salt as key
}

// slow says that checking a token costs so much that it must be bounded.
func (h *hash) slow() bool { return h.iterations > 0 }

// matches compares in constant time.
func (h *hash) matches(token string) bool {
	var sum []byte
	if h.slow() {
		sum, _ = pbkdf2.Key(sha256.New, token, []byte(h.salt), h.iterations, sha256.Size) // fails for no length that we ask
	} else {
		m := hmac.New(sha256.New, []byte(h.salt))
		m.Write([]byte(token))
		sum = m.Sum(nil)
	}
	return subtle.ConstantTimeCompare(sum, h.sum[:]) == 1
}

func parseHash(text string) (hash, error) {
	part := strings.Split(text, "$")
	if len(part) != 3 {
		return hash{}, errors.New("the form METHOD$SALT$HASH is needed")
	}
	iterations, err := parseMethod(part[0])
	if err != nil {
		return hash{}, err
	}
	h := hash{salt: part[1], iterations: iterations}
	if err := h.parseSum(part[2]); err != nil {
		return hash{}, err
	}
	return h, nil
}

func parseMethod(text string) (iterations int, err error) {
	switch text {
	case "sha256":
		return 0, nil
	case "pbkdf2:sha256":
		return defaultIterations, nil
	}
	number, found := strings.CutPrefix(text, "pbkdf2:sha256:")
	if !found {
		return 0, errors.New("the method must be sha256 or pbkdf2:sha256:ITERATIONS")
	}
	n, err := strconv.ParseUint(number, 10, 32)
	if err != nil || n < 1 || n > maxIterations {
		return 0, fmt.Errorf("the iterations of pbkdf2 must be 1 to %d", maxIterations)
	}
	return int(n), nil
}

// parseSum takes the text after the last blank: a script that pastes the
// output of openssl has "SHA2-256(stdin)= " before the digits.
func (h *hash) parseSum(text string) error {
	words := strings.Fields(text)
	if len(words) == 0 {
		return errors.New("there is nothing after the salt")
	}
	sum, err := hex.DecodeString(words[len(words)-1])
	if err != nil || len(sum) != len(h.sum) {
		return fmt.Errorf("%d hexadecimal digits are needed after the salt", 2*len(h.sum))
	}
	copy(h.sum[:], sum)
	return nil
}
