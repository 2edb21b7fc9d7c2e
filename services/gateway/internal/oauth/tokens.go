package oauth

import (
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// refreshToken is a consent as diracx's clients list it.
type refreshToken struct {
	ID      string `json:"jti"`
	Status  string `json:"status"`
	User    string `json:"sub"`
	Client  string `json:"client_id"`
	Name    string `json:"client_name"`
	Scope   string `json:"scope"`
	Group   string `json:"group,omitempty"`
	Begun   string `json:"created_at"`
	Expires string `json:"expires_at"`
}

// refreshTokens lists the caller's consents: each has one refresh token at a
// time, and ends with it.
func (d *door) refreshTokens(w http.ResponseWriter, r *http.Request) error {
	list, err := d.Backend.Grants.Grants(r.Context(), authapi.Owner{})
	if err != nil {
		return err
	}
	out := make([]refreshToken, 0, len(list.Grants))
	for _, g := range list.Grants {
		out = append(out, refreshToken{
			ID: g.ID, Status: "CREATED", User: g.User, Client: g.Client.ID, Name: g.Client.Name,
			Scope: strings.Join(g.Scopes, " "), Group: g.Group, Begun: stamp(g.Begun), Expires: stamp(g.Expires),
		})
	}
	return answer(w, http.StatusOK, out)
}

func (d *door) dropRefreshToken(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := outliving(r.Context())
	defer cancel()
	if _, err := d.Backend.Grants.RevokeGrant(ctx, authapi.GrantRef{ID: r.PathValue("id")}); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
