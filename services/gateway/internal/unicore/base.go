package unicore

import (
	"crypto/x509"
	"encoding/pem"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
	"github.com/heddle-dev/heddle/services/auth/authapi"
)

// apiLevel is the release of UNICORE whose API this is; clients decide by it
// what they may ask for.
const apiLevel = "10.1.0"

func (d *door) baseRoutes() []rest.Route {
	return []rest.Route{
		d.route("GET /", who.Public, rest.Doc{Title: "About the site and its client", Tags: []string{"UNICORE"},
			Text: "Who the server thinks you are, what you may choose to be, and where everything is. Without credentials the role is `anonymous`."}, d.base),
	}
}

// workflowRoutes are the front of the workflow services: there are no
// workflows yet, but clients ask here who they are.
func (d *door) workflowRoutes() []rest.Route {
	return []rest.Route{d.route("GET /", who.Public, rest.Doc{Title: "About the site and its client", Tags: []string{"UNICORE"},
		Text: "As at the core services, and your workflows. Of these there can be none yet."}, d.workflows)}
}

func (d *door) workflows(a *ask) error {
	return a.show(map[string]any{"client": a.me.view(), "server": d.server(), "workflows": []string{}, "_links": links{"self": {Href: a.self}}})
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
		DN:     c.x500(),
		Method: c.method(),
		Role:   roleView{c.role, list(c.roles...)},
		Xlogin: xloginView{
			UID: c.uid, AvailableUIDs: list(c.uids...),
			Group: c.Group, AvailableGroups: list(c.Groups...), Supplementary: list(c.supplementary...),
		},
	}
}

// methods are UNICORE's words for how a caller proved who they are.
var methods = map[string]string{
	who.MethodPassword: "PASSWORD_FILE", who.MethodCertificate: "X509", who.MethodUpstream: "OAUTH2", who.MethodSession: "SESSION",
	who.MethodToken: "OAUTH2", who.MethodAPIKey: "APIKEY",
	string(authapi.KindSiteJWT): "ETD", string(authapi.KindUserJWT): "SSHKEY",
}

// method is the word for what the caller has shown: the kind of token, or what
// the session began with.
func (c caller) method() string {
	if word, found := methods[c.Credential]; found && (c.Method == who.MethodToken || c.Method == who.MethodSession) {
		return word
	}
	return methods[c.Method]
}

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

// list is never null in JSON.
func list(items ...string) []string { return append([]string{}, items...) }
