package rest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/who/oidcverify"
)

const (
	keysTimeout = 5 * time.Second
	keysBytes   = 1 << 20
)

// issuerKeys fetches an issuer's public keys from where its configuration
// says they are (OpenID Connect Discovery 1.0, section 4).
func issuerKeys(issuer string) oidcverify.FetchKeys {
	client := &http.Client{Timeout: keysTimeout}
	return func(ctx context.Context) (json.RawMessage, error) {
		var found struct {
			Issuer string `json:"issuer"`
			Keys   string `json:"jwks_uri"`
		}
		text, err := fetch(ctx, client, strings.TrimSuffix(issuer, "/")+"/.well-known/openid-configuration")
		if err == nil {
			err = json.Unmarshal(text, &found)
		}
		if err == nil && found.Issuer != issuer {
			err = fmt.Errorf("the issuer calls itself %q", found.Issuer)
		}
		if err == nil {
			text, err = fetch(ctx, client, found.Keys)
		}
		if err != nil {
			return nil, fault.Wrap(err, fault.Unavailable, "token.keys", "The issuer's keys cannot be had just now; try again shortly.").WithRetry(2 * time.Second)
		}
		return text, nil
	}
}

func fetch(ctx context.Context, client *http.Client, url string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, err
	}
	resp, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s answers %s", url, resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, keysBytes))
}
