package unicore

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest/media"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore/description"
)

// link is one entry of _links.
type link struct {
	Href        string `json:"href"`
	Description string `json:"description,omitempty"`
}

type links map[string]link

// link is a link to a path of this site.
func (a *ask) link(path string) link { return link{Href: a.base + path} }

// common is what every resource has.
type common struct {
	Owner                 string   `json:"owner,omitempty"`
	ACL                   []string `json:"acl"`
	Tags                  []string `json:"tags"`
	TerminationTime       string   `json:"terminationTime,omitempty"`
	ResourceStatus        string   `json:"resourceStatus"`
	ResourceStatusMessage string   `json:"resourceStatusMessage"`
	Links                 links    `json:"_links"`
}

func ready(owner string, tags []string, l links) common {
	if tags == nil {
		tags = []string{}
	}
	return common{Owner: owner, ACL: []string{}, Tags: tags, ResourceStatus: "READY", ResourceStatusMessage: "N/A", Links: l}
}

// show answers with a representation, cut down to the fields that are asked for.
func (a *ask) show(v any) error {
	asPage := a.wantsPage()
	if !asPage && !a.accepts("application/json") {
		return fault.New(fault.Unsupported, "unicore.accept",
			"This is offered as application/json and as text/html only.").WithStatus(http.StatusNotAcceptable)
	}
	body, err := encode(v)
	if err == nil && a.URL.Query().Has("fields") {
		body, err = only(body, description.SplitTags(a.URL.Query().Get("fields")))
	}
	if err != nil {
		return err
	}
	media.Vary(a.w.Header())
	if asPage {
		return a.showPage(body)
	}
	a.w.Header().Set("Content-Type", "application/json")
	_, _ = a.w.Write(body) // the client may be gone
	return nil
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return b.Bytes(), err
}

// only keeps the named members of an object, or drops those with a "!".
func only(body []byte, names []string) ([]byte, error) {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(body, &all); err != nil {
		return nil, err
	}
	selective := slices.ContainsFunc(names, func(n string) bool { return !strings.HasPrefix(n, "!") })
	for name := range all {
		if slices.Contains(names, "!"+name) || selective && !slices.Contains(names, name) {
			delete(all, name)
		}
	}
	return encode(all)
}

// accepts reports whether the client takes the media type. A lone "*" is what
// some scripts write for "*/*".
func (a *ask) accepts(media string) bool {
	accept := strings.Join(a.Header.Values("Accept"), ",")
	if strings.TrimSpace(accept) == "" {
		return true
	}
	kind, _, _ := strings.Cut(media, "/")
	return slices.ContainsFunc(mediaRanges(accept), func(m string) bool {
		return m == "*" || m == "*/*" || m == kind+"/*" || m == media
	})
}

// mediaRanges are the types of an Accept header, without those of quality 0.
func mediaRanges(accept string) []string {
	var out []string
	for item := range strings.SplitSeq(strings.ToLower(accept), ",") {
		media, params, _ := strings.Cut(item, ";")
		if q := strings.ReplaceAll(params, " ", ""); q == "q=0" || q == "q=0.0" {
			continue
		}
		out = append(out, strings.TrimSpace(media))
	}
	return out
}
