package ecflow

import (
	"fmt"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
)

// bodies are what an example sends, by what of a node it is about.
var bodies = map[string]string{
	"suites": `{"definition": "suite shown"}`, "definition": `{"definition": "task t"}`, "status": `{"action": "suspend"}`,
	"attributes": `{"type": "variable", "name": "COLOUR", "value": "red"}`, "script": `{"script": "echo hello"}`,
	"server status":     `{"action": "reload_passwd_file"}`,
	"server attributes": `{"type": "variable", "name": "COLOUR", "value": "red"}`,
}

// demouser are the demo's credentials, as Basic has them.
const demouser = "> Authorization: Basic ZGVtb3VzZXI6dGVzdDEyMw=="

// away is what everybody hears as long as there is no engine of suites.
const away = `< 502
<
< {"code": 502, "message": "Failed to connect to *", "path": "%[1]s", "method": "%[2]s"}`

// example is a path that the resource answers.
func (res resource) example() string {
	return "/v1" + strings.Replace(res.path, "{path...}", "shown/t", 1)
}

// example shows an operation: that it wants to know who asks, unless it reads,
// and how far one comes.
func (op operation) example(res resource) []rest.Example {
	at := res.example()
	answer := fmt.Sprintf(away, at, op.method)
	if res.target == "statistics" {
		answer = "< 200\n<\n< {\"num_requests\": \"*\"}"
	}
	ask := "> " + op.method + " " + at
	body := ""
	if op.body > 0 {
		body = "> Content-Type: application/json\n>\n> " + bodies[res.target] + "\n"
	}
	if op.method == get {
		return conversation(ask + "\n" + answer)
	}
	refused := fmt.Sprintf("< 401\n<\n< {\"code\": 401, \"message\": \"Unauthorized*\", \"path\": %q}", at)
	return conversation(ask + "\n" + body + refused + "\n\n" + ask + "\n" + demouser + "\n" + body + answer)
}

// others shows what a path says of its methods.
func (res resource) others() []rest.Example {
	at := res.example()
	if res.allow == "" {
		return conversation("> POST " + at + "\n< 404\n<\n< " + fmt.Sprintf(`{"path": %q, "status": 404}`, at))
	}
	return conversation("> OPTIONS " + at + "\n< 204\n< Allow: " + res.allow +
		"\n\n> PATCH " + at + "\n< 404\n<\n< " + fmt.Sprintf(`{"path": %q, "status": 404}`, at))
}

func conversation(text string) []rest.Example { return []rest.Example{{Conversation: text}} }
