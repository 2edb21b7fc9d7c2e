package canary

import (
	"encoding/json"
	"fmt"
)

// transfers: what opens the URLs of jobs' imports and exports, at each door that
// takes it, of jobs whose transfers are refused, and of requests that are.
func (h *house) transfers() {
	h.fresh()
	who := basic("demouser", "test123")
	secret := func(place string) string {
		return fmt.Sprintf(`{"username":"me","password":%q}`, h.mark(place))
	}
	const transfers = `"imports":[{"from":"http://127.0.0.1:1/a","to":"a","secret":"s"}],"exports":[{"from":"a","to":"http://127.0.0.1:1/b","secret":"s"}]`
	for i, door := range []struct{ at, body string }{
		{"/api/v1/jobs", `{"executable":"/bin/true",` + transfers + `,"secrets":{"s":` + secret("password of a transfer") + `}}`},
		{"/api/v1/jobs", `{"executable":"/bin/true",` + transfers + `,"secrets":{"s":{"bearer":"` + h.mark("bearer token of a transfer") + `"}}}`},
		{"/api/v1/jobs/batch", `{"jobs":[{"executable":"/bin/true",` + transfers + `}],"secrets":{"s":{"token":"` + h.mark("token of a transfer") + `"}}}`},
		{"/DEMO-SITE/rest/core/jobs", `{"Executable":"true","Imports":[{"From":"http://127.0.0.1:1/a","To":"a","Credentials":{"Username":"me","Password":"` + h.mark("Credentials of an import") + `"}}]}`},
		{"/DEMO-SITE/rest/core/jobs", `{"Executable":"true","Exports":[{"From":"a","To":"http://127.0.0.1:1/a","Credentials":{"BearerToken":"` + h.mark("Credentials of an export") + `"}}]}`},
	} {
		p := h.want(201, "POST", door.at, door.body, who, fmt.Sprintf("Idempotency-Key: canary-%d", i))
		var job struct{ ID string }
		if json.Unmarshal([]byte(p.body), &job) == nil && job.ID != "" { // it tells why it has failed
			h.want(200, "GET", "/api/v1/jobs/"+job.ID+"?wait=20s&until=end", "", who)
		}
	}
	h.send("POST", "/api/v1/jobs", `{`+transfers+`,"secrets":{"other":`+secret("password of no transfer")+`}}`, who)
	h.send("POST", "/api/v1/jobs", `{"imports":[{"from":"https://me:`+h.mark("password in a URL")+`@x.example/a","to":"a"}]}`, who)
	h.send("POST", "/api/v1/jobs", `{`+transfers+`,"secrets":{"s":{"bearer":"`+h.mark("two secrets in one")+`","token":"x"}}}`, who)
}
