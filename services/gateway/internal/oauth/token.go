package oauth

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
)

// token is the token endpoint. In the standard's form it looks at the body
// alone (RFC 6749, section 3.2): addresses are written into logs.
func (d *door) token(w http.ResponseWriter, r *http.Request) error {
	return exchange(d, w, r, body, d.Backend.OAuth.Exchange)
}

// startDevice begins for a client whose user is elsewhere. Nothing that it
// takes is secret for a public client, and diracx puts it into the address.
func (d *door) startDevice(w http.ResponseWriter, r *http.Request) error {
	return exchange(d, w, r, both, d.Backend.OAuth.StartDevice)
}

func (d *door) introspect(w http.ResponseWriter, r *http.Request) error {
	return exchange(d, w, r, body, d.Backend.OAuth.Introspect)
}

func (d *door) revoke(w http.ResponseWriter, r *http.Request) error {
	x, err := d.request(w, r, body)
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

// reader reads the parameters of a request.
type reader func(http.ResponseWriter, *http.Request) (url.Values, error)

// exchange asks what a client asks for, and answers in JSON.
func exchange[A any](d *door, w http.ResponseWriter, r *http.Request, read reader, ask func(context.Context, authapi.ExchangeRequest) (A, error)) error {
	x, err := d.request(w, r, read)
	if err != nil {
		return err
	}
	a, err := ask(r.Context(), x)
	if err != nil {
		return err
	}
	return answer(w, http.StatusOK, a)
}

// request is what the client sent, and what was seen of its connection.
func (d *door) request(w http.ResponseWriter, r *http.Request, read reader) (authapi.ExchangeRequest, error) {
	params, err := read(w, r)
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
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the client may be gone
	return nil
}
