package native

import (
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// openAPI is the description of the container that it belongs to.
func (d *door) openAPI(c rest.Container) rest.Route {
	return rest.Raw("GET /openapi.json", who.Public, rest.Doc{
		Title: "Get this description", Tags: []string{"about"},
		Text:     "The OpenAPI 3.1 document of this API, for people's tools and for programs that generate clients.",
		Examples: []rest.Example{{Conversation: documentExample}},
	}, func(w http.ResponseWriter, r *http.Request) error {
		document, err := d.Document(c, d.URLs(r))
		if err != nil {
			return err
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(document) // the client may be gone
		return nil
	})
}

const documentExample = `
> GET /api/v1/openapi.json
< 200
< Content-Type: application/json
<
< {"openapi": "3.1.0", "paths": {"/api/v1/jobs": "*"}}
`
