package app

import (
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// The examples of the pages that every container has; package resttest has
// them run with whatever container they are of.

func shows(conversation string) map[string]rest.Doc {
	return map[string]rest.Doc{http.MethodGet: {Examples: []rest.Example{{Conversation: conversation}}}}
}

const infoExample = `
> GET {{ root }}/_info?per_page=1
< 200
<
< {"code": 200, "page": 0, "per_page": 1, "data": "*"}

> POST {{ root }}/_info
< 200
<
< {"data": {"project": "*", "version": "*"}}
`

const openAPIExample = `
> GET {{ root }}/_info/openapi.json
< 200
< Content-Type: application/json*
<
< {"openapi": "3.1.0", "paths": "*"}
`

const cardExample = `
> GET {{ root }}/_info/card/{{ rsc_id }}
< 200
<
< {"rsc_id": "{{ rsc_id }}", "title": "*", "help_url": "*/_info/help/{{ rsc_id }}"}

> GET {{ root }}/_info/card/{{ rsc_id }}
> Accept: text/html
< 200
< Content-Type: text/html*
`

const helpExample = `
> GET {{ root }}/_info/help/{{ rsc_id }}
< 200
<
< {"data": {"rsc_id": "{{ rsc_id }}", "method": [{"method": "*", "html": "*"}, "..."]}}

> GET {{ root }}/_info/help/none
< 404
`

const enterExample = `
> GET {{ root }}/_info/enter/none
< 404
<
< {"code": 404, "error": "*rsc_id*"}
`

const assetExample = `
> GET {{ root }}/_asset/project/{{ rsc_id }}/none.css
< 404
`

const shippedExample = `
> GET {{ root }}/_asset/default/{{ rsc_id }}/default.css
< 200
< Content-Type: text/css*

> GET {{ root }}/_asset/default/{{ rsc_id }}/../default.css
< 403
`

const optionsExample = `
> OPTIONS {{ root }}/_info
< 200
< Allow: GET, HEAD, OPTIONS, POST

> OPTIONS {{ root }}/_info/none
< 404
`
