package filesapi

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/logx"
)

// Mover moves bytes between a client's request and the files service, over
// HTTP with tickets, holding no more of them than a buffer.
type Mover struct {
	files  Service
	client *http.Client
	stall  time.Duration
}

// Stall is how long the files service may make a transfer wait. Time spent
// waiting for the client does not count.
const Stall = 60 * time.Second

// NewMover returns a mover that asks s for tickets; client may be nil.
func NewMover(s Service, client *http.Client) *Mover {
	if client == nil {
		client = newClient()
	}
	return &Mover{files: s, client: client, stall: Stall}
}

// newClient never uses a proxy: the tickets' URLs are inside the platform. It
// asks before it sends a body, so that a refusal costs nothing.
func newClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			MaxIdleConnsPerHost:   64,
			IdleConnTimeout:       30 * time.Second,
			ExpectContinueTimeout: 5 * time.Second,
			DisableCompression:    true,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// tries is how many replicas are asked: one may have gone since it gave the
// ticket.
const tries = 3

// send gets a ticket and makes its request; on a replica that is not there it
// tries another, as long as none of the body was taken. A refusal is returned
// as the fault it carries. Close the answer's body.
func (m *Mover) send(ctx context.Context, method string, t TicketRequest, header http.Header, body *watched) (*http.Response, error) {
	for try := 1; ; try++ {
		ticket, err := m.files.Ticket(ctx, t)
		if err != nil {
			return nil, err
		}
		req, err := request(ctx, method, ticket, header, body)
		if err != nil {
			return nil, fault.From(err)
		}
		res, err := m.client.Do(req)
		if err == nil {
			return checked(res)
		}
		if err := body.failure(); err != nil {
			return nil, err
		}
		if body.taken() || ctx.Err() != nil || try == tries {
			return nil, unreachable(err)
		}
	}
}

func request(ctx context.Context, method string, t Ticket, header http.Header, body *watched) (*http.Request, error) {
	var content io.Reader // a nil *watched must not become a body
	if body != nil {
		content = body
	}
	req, err := http.NewRequestWithContext(ctx, method, t.URL, content)
	if err != nil {
		return nil, err
	}
	maps.Copy(req.Header, header)
	req.Header.Set("Authorization", "Bearer "+t.Token)
	if id := logx.Request(ctx); id != "" {
		req.Header.Set(HeaderRequest, id)
	}
	if body != nil {
		req.ContentLength = body.length
		req.Header.Set("Expect", "100-continue")
	}
	otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
	return req, nil
}

// checked returns the answer, or the fault that it carries and its headers
// alone. An answer that is neither is no answer of the files service.
func checked(res *http.Response) (*http.Response, error) {
	kind := res.Header.Get(HeaderFault)
	switch res.StatusCode {
	case http.StatusOK, http.StatusPartialContent, http.StatusNotModified:
		return res, nil
	}
	defer res.Body.Close()
	const most = 64 << 10
	f := new(fault.Error)
	err := json.NewDecoder(io.LimitReader(res.Body, most)).Decode(f)
	switch {
	case kind == "":
		return nil, unreachable(errors.New(res.Status))
	case err != nil: // the answer to a HEAD has no body
		f = fault.New(fault.Kind(kind), "files.refused", "The files service refused this.").WithStatus(res.StatusCode)
	}
	return &http.Response{Header: res.Header}, f
}

func unreachable(err error) error {
	return fault.Wrap(err, fault.Unavailable, "files.unreachable", "The files service does not answer; try again shortly.").WithRetry(2 * time.Second)
}
