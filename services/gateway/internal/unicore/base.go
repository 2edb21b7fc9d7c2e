package unicore

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// apiLevel is the release of UNICORE whose API this is; clients decide by it
// what they may ask for.
const apiLevel = "10.1.0"

func (d *door) baseRoutes() []rest.Route {
	return []rest.Route{
		d.route("GET /", who.Public, rest.Doc{Title: "About the site and its client", Tags: []string{"UNICORE"},
			Text: "Who the server thinks you are, what you may choose to be, and where everything is. Without credentials the role is `anonymous`."},
			d.base),
		d.route("GET /certificate", who.Public, rest.Doc{Title: "The server's certificate", Tags: []string{"UNICORE"},
			Text: "PEM, as `text/plain`."}, d.certificate),
	}
}

type clientView struct {
	DN     string     `json:"dn"`
	Method string     `json:"authenticationMethod,omitempty"`
	Role   roleView   `json:"role"`
	Xlogin xloginView `json:"xlogin"`
}

type roleView struct {
	Selected  string   `json:"selected"`
	Available []string `json:"availableRoles"`
}

type xloginView struct {
	UID             string   `json:"UID"`
	AvailableUIDs   []string `json:"availableUIDs"`
	Group           string   `json:"group"`
	AvailableGroups []string `json:"availableGroups"`
	Supplementary   []string `json:"selectedSupplementaryGroups"`
}

type serverView struct {
	SiteName            string            `json:"siteName"`
	Version             string            `json:"version"`
	CurrentTime         string            `json:"currentTime"`
	UpSince             string            `json:"upSince"`
	Credential          map[string]string `json:"credential"`
	TrustedCAs          []string          `json:"trustedCAs"`
	TrustedSAMLIssuers  []string          `json:"trustedSAMLIssuers"`
	ExternalConnections map[string]string `json:"externalConnections"`
	JobSubmission       map[string]any    `json:"jobSubmission"`
}

func (d *door) base(a *ask) error {
	l := links{"self": a.link("")}
	for _, name := range []string{"factories", "sites", "jobs", "reservations", "storages",
		"storagefactories", "transfers", "client-server-transfers", "tasks"} {
		l[name] = a.link("/" + name)
	}
	return a.show(map[string]any{"client": a.me.view(), "server": d.server(), "_links": l})
}

func (c caller) view() clientView {
	return clientView{
		DN:     distinguished(c.Name),
		Method: methods[c.Method],
		Role:   roleView{c.role, list(c.roles...)},
		Xlogin: xloginView{
			UID: c.Name, AvailableUIDs: nonEmpty(c.Name),
			Group: c.Group, AvailableGroups: list(c.Groups...), Supplementary: list(c.supplementary...),
		},
	}
}

// methods are UNICORE's words for how a caller proved who they are.
var methods = map[string]string{"password": "PASSWORD_FILE", "token": "OAUTH2", "session": "SESSION"}

func (d *door) server() serverView {
	return serverView{
		SiteName: d.Site, Version: apiLevel + "-heddle-" + d.Version,
		CurrentTime: stamp(d.Now()), UpSince: stamp(d.since), Credential: credential(d.Certificate()),
		TrustedCAs: []string{}, TrustedSAMLIssuers: []string{}, ExternalConnections: map[string]string{},
		JobSubmission: map[string]any{"enabled": true, "message": ""},
	}
}

func credential(text []byte) map[string]string {
	block, _ := pem.Decode(text)
	if block == nil {
		return map[string]string{}
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return map[string]string{}
	}
	return map[string]string{"dn": cert.Subject.String(), "issuer": cert.Issuer.String(), "expires": stamp(cert.NotAfter)}
}

func (d *door) certificate(a *ask) error {
	if !a.accepts("text/plain") {
		return fault.New(fault.Unsupported, "unicore.accept", "The certificate is text/plain.").WithStatus(http.StatusNotAcceptable)
	}
	text := d.Certificate()
	if len(text) == 0 {
		return missing("certificate", "server")
	}
	a.w.Header().Set("Content-Type", "text/plain")
	_, _ = a.w.Write(text)
	return nil
}

// distinguished is a user's name in the form of X.500.
func distinguished(name string) string {
	if name == "" {
		return "CN=ANONYMOUS,O=UNKNOWN,OU=UNKNOWN"
	}
	return pkix.Name{CommonName: name, Organization: []string{"Heddle"}}.String()
}

// list is never null in JSON.
func list(items ...string) []string { return append([]string{}, items...) }

func nonEmpty(s string) []string {
	if s == "" {
		return []string{}
	}
	return []string{s}
}
