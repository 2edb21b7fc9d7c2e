package native

import "github.com/heddle-dev/heddle/pkg/rest"

// The conversations of the documentation; a test has them with a gateway.

// shows is one of them as a route's examples.
func shows(title, conversation string) []rest.Example {
	return []rest.Example{{Title: title, Conversation: conversation}}
}

// submitExample follows a job from its submission to its end.
const submitExample = `
> POST /api/v1/jobs
> Content-Type: application/json
>
> {"name": "greeting", "executable": "/bin/echo", "arguments": ["hello"]}
< 201
< Location: *
<
< {"id": "{id}", "state": "*", "spec": {"name": "greeting"}}

> GET /api/v1/jobs/{id}?wait=30s&until=end
< 200
< ETag: "*"
<
< {"id": "{id}", "state": "*", "history": [{"state": "submitted"}, "..."]}
`

// listExample asks for jobs by two conditions, and for one that nobody has.
const listExample = `
> GET /api/v1/jobs?tag=nobody-has-this&limit=1
< 200
<
< {"jobs": []}

> GET /api/v1/jobs?tags=nobody-has-this
< 400
< Content-Type: application/problem+json
<
< {"code": "request.invalid", "fields": [{"name": "tags", "message": "*state*, tag,*"}]}

> GET /api/v1/jobs?limit=many
< 400
< Content-Type: application/problem+json
<
< {"code": "request.invalid", "fields": [{"name": "limit", "message": "*"}]}
`

const meExample = `
> GET /api/v1/me
< 200
<
< {"name": "{name}", "id": "{id}"}
`

const keyExample = `
> POST /api/v1/tokens
> Content-Type: application/json
>
> {"name": "shown in the documentation", "scopes": ["api:read"], "expires_in": 3600}
< 201
<
< {"id": "{id}", "secret": "{secret}", "scopes": ["api:read"]}

> GET /api/v1/me
> Authorization: Bearer {secret}
< 200
<
< {"name": "*"}

> POST /api/v1/jobs
> Authorization: Bearer {secret}
> Content-Type: application/json
>
> {"executable": "/bin/echo"}
< 403
<
< {"code": "*", "detail": "*"}

> DELETE /api/v1/tokens/{id}
< 204
`

const fileExample = `
> PUT /api/v1/storages/home/files/shown/greeting.txt
> Content-Type: text/plain
>
> hello
< 201

> GET /api/v1/storages/home/files/shown/greeting.txt
> Range: bytes=0-3
< 206
< Content-Range: bytes 0-3/5
<
< hell

> DELETE /api/v1/storages/home/files/shown
< 204

> GET /api/v1/storages/home/files/shown/greeting.txt
< 404
<
< {"code": "*", "request_id": "*"}
`

const homeExample = `
> GET /api/v1/storages/home
< 200
<
< {"id": "*", "kind": "home", "owner": "*"}
`
