package gateway

import (
	"time"

	"github.com/heddle-dev/heddle/services/gateway/internal/tokenfile"
)

// AddToken puts a token at the end of a list of ecFlow's API tokens (its
// token file; no text is an empty list). Without a token it makes a random
// one. Only its hash is in the list.
func AddToken(list []byte, description, token string, expires time.Time) (newList []byte, shown string, err error) {
	random := token == ""
	if random {
		token = tokenfile.Random()
	}
	newList, err = tokenfile.Append(list, tokenfile.Make(description, token, random, expires))
	return newList, token, err
}
