package miniapp

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
)

// ChallengePath is where a program shows that it is the one that registered:
// a gateway sends requests to nobody who does not know the key.
const ChallengePath = "/.heddle/joined"

// headerChallenge carries what the program has to answer to.
const headerChallenge = "Heddle-Challenge"

// Challenge asks whoever listens at a URL for the answer that only the holder
// of the key can give.
func Challenge(ctx context.Context, client *http.Client, url string, key Secret) error {
	question := rand.Text()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url+ChallengePath, nil)
	if err != nil {
		return err
	}
	r.Header.Set(headerChallenge, question)
	resp, err := client.Do(r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 200))
	if err != nil {
		return err
	}
	if !hmac.Equal(body, []byte(answerTo(key, question))) {
		return fmt.Errorf("what listens at %s is not the program that registered", url)
	}
	return nil
}

// Answer answers a challenge.
func Answer(w http.ResponseWriter, r *http.Request, key Secret) {
	question := r.Header.Get(headerChallenge)
	if len(question) < 20 || len(question) > 64 {
		http.Error(w, "no challenge", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = io.WriteString(w, answerTo(key, question))
}

func answerTo(key Secret, question string) string {
	return hex.EncodeToString(mac(key, "challenge", []byte(question)))
}
