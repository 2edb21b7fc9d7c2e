package oauth

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// registered is an application in the words of DIRAC's register.
type registered struct {
	ID       string   `json:"ClientID"`
	Name     string   `json:"Name"`
	Redirect []string `json:"Redirect"`
	URL      string   `json:"URL,omitempty"`
	Icon     string   `json:"Icon,omitempty"`
	Secret   string   `json:"Secret,omitempty"`
}

func shown(c authapi.Registration) registered {
	return registered{ID: c.ID, Name: c.Name, Redirect: listed(c.Redirects), URL: c.URL, Icon: c.Icon}
}

func (d *door) clients(w http.ResponseWriter, r *http.Request) error {
	list, err := d.Backend.Admin.Registrations(r.Context(), authapi.Empty{})
	if err != nil {
		return err
	}
	out := make([]registered, 0, len(list.Clients))
	for _, c := range list.Clients {
		out = append(out, shown(c))
	}
	return answer(w, http.StatusOK, map[string][]registered{"clients": out})
}

// register makes a client as DIRAC knows them: public, with the code flow, on
// its own machine or on a server.
func (d *door) register(w http.ResponseWriter, r *http.Request) error {
	f, err := both(w, r)
	if err != nil {
		return err
	}
	if err := registrable(f); err != nil {
		return err
	}
	c, err := d.Backend.Admin.PutRegistration(r.Context(), authapi.Registration{
		Name: f.Get("Name"), Redirects: f["Redirect"], URL: f.Get("URL"), Icon: f.Get("Icon"),
		Method: "none", Grants: []string{"authorization_code", "refresh_token"}, Native: slices.ContainsFunc(f["Redirect"], local),
	})
	if err != nil {
		return fault.From(err).Renamed(map[string]string{"client_name": "Name", "redirect_uris": "Redirect", "client_uri": "URL", "logo_uri": "Icon"})
	}
	out := shown(c.Registration)
	out.Secret = c.Secret
	return answer(w, http.StatusCreated, out)
}

func registrable(f url.Values) error {
	for _, name := range []string{"Name", "URL", "Icon"} {
		if len(f[name]) > 1 {
			return authapi.Refuse(authapi.InvalidRequest, "%s is repeated.", name)
		}
	}
	switch {
	case f.Get("Name") == "" || len(f.Get("Name")) > 64:
		return authapi.Refuse(authapi.InvalidRequest, "Name is needed, of at most 64 bytes.")
	case len(f["Redirect"]) == 0:
		return authapi.Refuse(authapi.InvalidRequest, "Redirect is needed.")
	case len(f.Get("URL")) > 128 || len(f.Get("Icon")) > 128:
		return authapi.Refuse(authapi.InvalidRequest, "URL and Icon have at most 128 bytes.")
	default:
		return nil
	}
}

// local reports whether a redirect leads to the user's own machine.
func local(redirect string) bool {
	u, err := url.Parse(redirect)
	return err == nil && u.Scheme == "http" && slices.Contains([]string{"localhost", "127.0.0.1", "::1"}, u.Hostname())
}

// unregister answers with the number of clients that are gone.
func (d *door) unregister(w http.ResponseWriter, r *http.Request) error {
	_, err := d.Backend.Admin.RemoveRegistration(r.Context(), authapi.ClientRef{ID: r.PathValue("id")})
	switch {
	case fault.Is(err, fault.Missing):
		return answer(w, http.StatusOK, 0)
	case err != nil:
		return err
	default:
		return answer(w, http.StatusOK, 1)
	}
}
