package tornado_test

import (
	"context"
	"time"
)

type stateHandler struct{}

type stateRequest struct {
	JobID    int    `arg:"jobID"`
	Category string `arg:"category" default:"status"`
}

func (stateHandler) GetState(_ context.Context, in *stateRequest) (any, error) {
	return []any{in.JobID, in.Category}, nil
}

func Example_positional() {
	ask(stateHandler{}, "GET /state/123", "GET /state/123/owner", "GET /state?jobID=123&category=site", "GET /state/abc", "GET /state")
	// Output:
	// 200 [123,"status"]
	// 200 [123,"owner"]
	// 200 [123,"site"]
	// 400 jobID must be a whole number
	// 400 jobID is required
}

type searchHandler struct{}

type searchRequest struct {
	Owner    *string `arg:"owner"` // a pointer: may be left out
	JobGroup *string `arg:"jobGroup,keyword"`
}

func (searchHandler) GetSearch(_ context.Context, in *searchRequest) (any, error) {
	return map[string]*string{"Owner": in.Owner, "JobGroup": in.JobGroup}, nil
}

func Example_keywordOnly() {
	ask(searchHandler{}, "GET /search/alice?jobGroup=g1", "GET /search", "GET /search/alice/g1")
	// Output:
	// 200 {"JobGroup":"g1","Owner":"alice"}
	// 200 {"JobGroup":null,"Owner":null}
	// 404 request_no_path
}

type typedHandler struct{}

type typedRequest struct {
	Ratio  float64   `arg:"ratio"`
	Force  bool      `arg:"force"`
	Sites  []string  `arg:"sites,keyword"`
	Before time.Time `arg:"before,keyword" default:"2026-01-01"`
}

func (typedHandler) GetTyped(_ context.Context, in *typedRequest) (any, error) {
	return []any{in.Ratio, in.Force, in.Sites, in.Before.Year()}, nil
}

func Example_annotations() {
	ask(typedHandler{}, "GET /typed/0.5/yes?sites=A&sites=B", "GET /typed/half/maybe?sites=A&before=soon")
	// Output:
	// 200 [0.5,true,["A","B"],2026]
	// 400 ratio must be a number; force must be true or false; before must be a date and time, such as 2026-11-21T08:00:00Z
}

type bodyHandler struct{}

type bodyRequest struct {
	Manifest map[string]any `arg:"manifest"`
}

func (bodyHandler) PostJob(_ context.Context, in *bodyRequest) (any, error) {
	return in.Manifest["Executable"], nil
}

type listRequest struct {
	JobIDs []int `arg:"jobIDs"`
}

func (bodyHandler) DeleteJob(_ context.Context, in *listRequest) (any, error) {
	return in.JobIDs, nil
}

func Example_jsonBody() {
	ask(bodyHandler{}, `POST /job [{"Executable":"/bin/ls"}]`, `POST /job {"Executable":"/bin/ls"}`, "DELETE /job [123,124]")
	// Output:
	// 200 /bin/ls
	// 200 /bin/ls
	// 200 [123,124]
}

type moveHandler struct{}

type moveRequest struct {
	From  string `arg:"from"`
	To    string `arg:"to"`
	Force bool   `arg:"force,keyword" default:"false"`
}

func (moveHandler) PostMove(_ context.Context, in *moveRequest) (any, error) {
	return []any{in.From, in.To, in.Force}, nil
}

func Example_jsonArguments() {
	ask(moveHandler{}, `POST /move ["a","b"]`, `POST /move {"from":"a","to":"b","force":true}`, `POST /move/a ["b"]`, `POST /move {"from":1,"too":"b"}`)
	// Output:
	// 200 ["a","b",false]
	// 200 ["a","b",true]
	// 200 ["a","b",false]
	// 400 from must be a text; to is required; too is unknown
}
