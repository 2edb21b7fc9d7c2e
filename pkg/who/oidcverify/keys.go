package oidcverify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/time/rate"

	"github.com/heddle-dev/heddle/pkg/fault"
)

// FetchKeys gets the issuer's JSON Web Key Set (RFC 7517).
type FetchKeys func(context.Context) (json.RawMessage, error)

const (
	// fetchTimeout bounds one fetch of the keys.
	fetchTimeout = 5 * time.Second
	// fetchBurst and fetchEvery bound how often tokens with unknown keys,
	// which anybody can make up, are worth a question to the issuer.
	fetchBurst = 5
	fetchEvery = time.Second
	// jwksURL is never dialled: the transport answers.
	jwksURL = "http://keys.invalid/jwks"
)

// keySet is go-oidc's key set, caching and re-fetching included, which tells
// its caller whether a failure was the token's or the keys'.
type keySet struct {
	remote *oidc.RemoteKeySet
	source *transport
}

func newKeySet(fetch FetchKeys, now func() time.Time) keySet {
	t := &transport{fetch: fetch, now: now, limit: rate.NewLimiter(rate.Every(fetchEvery), fetchBurst)}
	ctx := oidc.ClientContext(context.Background(), &http.Client{Transport: t})
	return keySet{oidc.NewRemoteKeySet(ctx, jwksURL), t}
}

func (k keySet) VerifySignature(ctx context.Context, token string) ([]byte, error) {
	payload, err := k.verify(ctx, token)
	if o, ok := ctx.Value(outcomeKey{}).(*keyOutcome); ok && err != nil {
		if f := (*fault.Error)(nil); errors.As(err, &f) {
			o.err = f
		} else if ctx.Err() != nil {
			o.err = fault.From(ctx.Err())
		}
	}
	return payload, err
}

// verify repeats a verification that failed with the outcome of a fetch which
// somebody else had begun before: the keys may have changed since then, and
// go-oidc hands such an outcome out for a moment longer than it should.
func (k keySet) verify(ctx context.Context, token string) (payload []byte, err error) {
	for wait := time.Millisecond; wait < 50*time.Millisecond; wait *= 2 {
		before := k.source.asked.Load()
		payload, err = k.remote.VerifySignature(ctx, token)
		if err == nil || k.source.asked.Load() != before {
			return payload, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return nil, err
		}
	}
	return payload, err
}

// keyOutcome carries the keys' failure past go-oidc, which flattens it to text.
type keyOutcome struct{ err error }

type outcomeKey struct{}

func watchKeys(ctx context.Context) (context.Context, *keyOutcome) {
	o := new(keyOutcome)
	return context.WithValue(ctx, outcomeKey{}, o), o
}

// transport answers go-oidc's GET from fetch.
type transport struct {
	fetch FetchKeys
	now   func() time.Time
	limit *rate.Limiter
	asked atomic.Int64 // requests so far

	mu   sync.Mutex
	last []byte // the keys as they were last fetched
}

// RoundTrip fails only with a *fault.Error of kind Unavailable.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	t.asked.Add(1)
	body, err := t.keys(r.Context())
	if err != nil {
		return nil, fault.Wrap(err, fault.Unavailable, "token.keys_unavailable",
			"Access tokens cannot be verified at the moment; try again shortly.").WithRetry(2 * time.Second)
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Request: r,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        http.Header{"Content-Type": {"application/json"}},
		ContentLength: int64(len(body)),
		Body:          io.NopCloser(bytes.NewReader(body)),
	}, nil
}

// keys fetches, or repeats the last answer if it was asked too often.
func (t *transport) keys(ctx context.Context) ([]byte, error) {
	if !t.limit.AllowN(t.now(), 1) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.last == nil {
			return nil, errors.New("asked too often without success")
		}
		return t.last, nil
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	body, err := t.fetch(ctx)
	if err != nil {
		return nil, err
	}
	if !json.Valid(body) {
		return nil, errors.New("the key set is not JSON")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = body
	return body, nil
}
