package unicore

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// Issuer signs tokens with the key of the server's certificate.
type Issuer interface {
	// Name is the server's distinguished name, and Expires when its
	// certificate ends.
	Name() string
	Expires() time.Time
	Sign(context.Context, authapi.SiteClaims) (string, error)
}

const (
	usualLife   = 5 * time.Minute
	longestLife = 30 * 24 * time.Hour
)

// utilities are what the core services and the workflow services both offer.
func (d *door) utilities() []rest.Route {
	return []rest.Route{
		d.route("GET /certificate", who.Public, rest.Doc{Title: "The server's certificate", Tags: []string{"UNICORE"},
			Text: "PEM, as `text/plain`."}, d.certificate),
		d.user("GET /token", "A token to come in with later",
			"A JWT that the server signs, as `text/plain`. `lifetime` is in seconds, 300 if absent; `limited=true` makes it good for this server alone, "+
				"and with `renewable=true` further tokens can be got with it. It is worth as much as the credential that it is got with, and ends with that.",
			d.token),
	}
}

func (d *door) certificate(a *ask) error {
	if !a.accepts("text/plain") {
		return fault.New(fault.Unsupported, "unicore.accept", "The certificate is text/plain.").WithStatus(http.StatusNotAcceptable)
	}
	text := d.Certificate()
	if len(text) == 0 {
		return missing("certificate", "server")
	}
	return a.text(string(text))
}

func (a *ask) text(text string) error {
	a.w.Header().Set("Content-Type", "text/plain")
	_, _ = a.w.Write([]byte(text)) // the client may be gone
	return nil
}

func (d *door) token(a *ask) error {
	if a.me.Credential == string(authapi.KindSiteJWT) && !a.me.proof.Renewable {
		return fault.New(fault.Denied, "unicore.not_renewable", "No further tokens can be got with this token: it is not renewable.")
	}
	life, err := d.life(a)
	if err != nil {
		return err
	}
	claims := a.me.claims()
	claims.Issued, claims.Expires = d.Now().Unix(), d.Now().Add(life).Unix()
	claims.Renewable = text(yes(a, "renewable"))
	if yes(a, "limited") {
		claims.Audience = d.Issuer.Name()
	}
	jwt, err := d.Issuer.Sign(a.Context(), claims)
	if err != nil {
		return err
	}
	a.w.Header().Set("Cache-Control", "no-store")
	return a.text(jwt)
}

func yes(a *ask, parameter string) bool {
	return strings.EqualFold(a.URL.Query().Get(parameter), "true")
}

// text is UNICORE's yes in a claim, which otherwise is not there.
func text(yes bool) string {
	if yes {
		return "true"
	}
	return ""
}

// life is how long a token lives: what is asked for, if nothing that vouches
// for it ends before.
func (d *door) life(a *ask) (time.Duration, error) {
	now := d.Now()
	most := min(longestLife, d.Issuer.Expires().Sub(now))
	if end := a.me.longest(); !end.IsZero() {
		most = min(most, end.Sub(now))
	}
	query := a.URL.Query()
	if !query.Has("lifetime") {
		return min(usualLife, most), nil
	}
	seconds, err := strconv.ParseInt(query.Get("lifetime"), 10, 64)
	if err != nil || seconds <= 0 {
		return 0, fault.New(fault.Invalid, "unicore.lifetime", "The lifetime must be a number of seconds, and more than 0.")
	}
	if seconds > int64(most/time.Second) {
		return 0, fault.New(fault.Invalid, "unicore.lifetime",
			"The lifetime must be %d seconds at the most: then the server's certificate or your own credentials end.", int64(most/time.Second))
	}
	return time.Duration(seconds) * time.Second, nil
}

// longest is when the last token ends that the caller may get; zero: there is
// no bound. A renewable token is made to be followed by others, and whoever
// signs for themselves can do so again; any other credential's end is an end.
func (c caller) longest() time.Time {
	switch c.Credential {
	case string(authapi.KindSiteJWT), string(authapi.KindUserJWT):
		return c.proof.Longest
	default:
		return c.proof.Facts.Expires
	}
}

// claims are what a token says of the caller, so that it is worth as much as
// what they have shown.
func (c caller) claims() authapi.SiteClaims {
	f := c.proof.Facts
	out := authapi.SiteClaims{
		Subject: c.x500(), Delegated: "true", Login: c.uid, Preferences: strings.Join(c.chosen, ","),
		User: c.ID, Position: f.Position, Client: f.Client, Grant: f.Grant, APIKey: f.APIKey, Proxy: text(c.Limited),
	}
	if f.CertSHA256 != "" {
		out.Confirm = &authapi.Confirmation{CertSHA256: f.CertSHA256}
	}
	if end := c.longest(); !end.IsZero() {
		out.Longest = end.Unix()
	}
	if c.Scopes != nil {
		scope := strings.Join(c.Scopes, " ")
		out.Scope, out.Groups = &scope, c.ownGroups()
	}
	return out
}

// ownGroups are the groups that the credential is good for, the one that it
// acts in first.
func (c caller) ownGroups() []string {
	p := c.proof.Principal
	if p.Group == "" {
		return p.Groups
	}
	out := []string{p.Group}
	for _, g := range p.Groups {
		if g != p.Group {
			out = append(out, g)
		}
	}
	return out
}
