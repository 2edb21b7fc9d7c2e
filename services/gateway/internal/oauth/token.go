package oauth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// token is the token endpoint. In the standard's form it looks at the body
// alone (RFC 6749, section 3.2): addresses are written into logs.
func (d *door) token(w http.ResponseWriter, r *http.Request) error {
	x, err := d.inBody(w, r)
	if err != nil {
		return err
	}
	tokens, err := d.Backend.OAuth.Exchange(r.Context(), x)
	if err != nil {
		return err
	}
	write(w, http.StatusOK, tokens)
	return nil
}

// startDevice begins for a client whose user is elsewhere. Nothing that it
// takes is secret for a public client, and diracx puts it into the address.
func (d *door) startDevice(w http.ResponseWriter, r *http.Request) error {
	return exchange(d, w, r, d.inBoth, d.Backend.OAuth.StartDevice)
}

func (d *door) introspect(w http.ResponseWriter, r *http.Request) error {
	return exchange(d, w, r, d.inBody, d.Backend.OAuth.Introspect)
}

func (d *door) revoke(w http.ResponseWriter, r *http.Request) error {
	x, err := d.inBody(w, r)
	if err != nil {
		return err
	}
	if _, err := d.Backend.OAuth.Revoke(r.Context(), x); err != nil {
		return err
	}
	w.WriteHeader(http.StatusOK)
	return nil
}

func (d *door) userInfo(w http.ResponseWriter, r *http.Request) error {
	claims, err := d.Backend.OAuth.UserInfo(r.Context(), authapi.Empty{})
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, claims)
}

// reader reads what a client sent, and what was seen of its connection.
type reader func(http.ResponseWriter, *http.Request) (authapi.ExchangeRequest, error)

// exchange asks what a client asks for, and answers in JSON.
func exchange[A any](d *door, w http.ResponseWriter, r *http.Request, read reader, ask func(context.Context, authapi.ExchangeRequest) (A, error)) error {
	x, err := read(w, r)
	if err != nil {
		return err
	}
	a, err := ask(r.Context(), x)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, a)
}

// inBody is a reader for parameters in the body, which the service reads.
func (d *door) inBody(w http.ResponseWriter, r *http.Request) (authapi.ExchangeRequest, error) {
	text, err := formText(w, r)
	if err == nil && strings.Count(text, "&") >= maxParams {
		err = errMany
	}
	if err != nil {
		return authapi.ExchangeRequest{}, err
	}
	b, err := basic(r)
	return authapi.ExchangeRequest{Form: d.form, Basic: b, Body: text, Peer: edge.Peer(r)}, err
}

// inBoth is one for parameters in the body or the address.
func (d *door) inBoth(w http.ResponseWriter, r *http.Request) (authapi.ExchangeRequest, error) {
	params, err := both(w, r)
	if err != nil {
		return authapi.ExchangeRequest{}, err
	}
	b, err := basic(r)
	return authapi.ExchangeRequest{Form: d.form, Basic: b, Params: params, Peer: edge.Peer(r)}, err
}

// basic is a client's Authorization header, if it has one of that kind.
func basic(r *http.Request) (*authapi.BasicClient, error) {
	values := r.Header.Values("Authorization")
	if len(values) == 0 || len(values) == 1 && values[0] == "" {
		return nil, nil
	}
	scheme, text, _ := strings.Cut(values[0], " ")
	if len(values) > 1 || !strings.EqualFold(scheme, "basic") {
		return nil, authapi.Refuse(authapi.InvalidRequest, "Clients authenticate by Basic, by parameters or by a certificate, and in one way.")
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	id, secret, ok := strings.Cut(string(raw), ":")
	if err != nil || !ok {
		return nil, authapi.Refuse(authapi.InvalidClient, "The Basic credentials are not readable.").WithStatus(http.StatusUnauthorized)
	}
	return &authapi.BasicClient{ID: id, Secret: secret}, nil
}

func answer(w http.ResponseWriter, status int, v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	write(w, status, text)
	return nil
}

// write answers with a text of JSON.
func write(w http.ResponseWriter, status int, text []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the client may be gone
}
