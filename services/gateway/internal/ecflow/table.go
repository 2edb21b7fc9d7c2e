package ecflow

import "net/http"

// How large the body of a request may be, in bytes: anybody may send a small
// one, for the body tells a job from a user; a large one is read of who may.
const (
	small = 1 << 20
	large = 16 << 20
)

// resource is a path of the interface.
type resource struct {
	path   string
	target string // the last word of the path: what of the node it is about
	// allow is what OPTIONS says, in ecFlow's order; "" is a path that ecFlow
	// answers with 404 for all methods but its own.
	allow      string
	operations []operation
}

// operation is what one method does.
type operation struct {
	method string
	title  string
	body   int64 // a JSON object of at most so many bytes is needed; 0: none
	child  bool  // a job may be asking, for its own task
	cached bool  // counts as answered from a copy of the suites
	own    func(*door, *http.Request) (Answer, error)
}

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	remove = http.MethodDelete
)

// table is the whole interface.
var table = []resource{
	{"/suites", "suites", "GET, POST, HEAD", []operation{
		{method: get, title: "The names of all suites", cached: true},
		{method: post, title: "Create suites", body: large},
	}},
	{"/suites/tree", "tree", "", []operation{{method: get, title: "All nodes", cached: true}}},
	{"/suites/{path...}", "definition", "PUT, DELETE", []operation{
		{method: put, title: "Change a node's definition", body: large},
		{method: remove, title: "Delete a node"},
	}},
	{"/suites/{path...}/tree", "tree", "GET, HEAD", []operation{{method: get, title: "The nodes under a node", cached: true}}},
	{"/suites/{path...}/definition", "definition", "GET, PUT, DELETE, HEAD", []operation{
		{method: get, title: "A node's definition", cached: true},
		{method: put, title: "Change a node's definition", body: large},
		{method: remove, title: "Delete a node"},
	}},
	{"/suites/{path...}/status", "status", "GET, PUT, HEAD", []operation{
		{method: get, title: "A node's status", cached: true},
		{method: put, title: "Change a node's status", body: small, child: true},
	}},
	{"/suites/{path...}/attributes", "attributes", "GET, PUT, POST, DELETE, HEAD", []operation{
		{method: get, title: "A node's attributes", cached: true},
		{method: post, title: "Add an attribute", body: small},
		{method: put, title: "Change an attribute", body: small, child: true},
		{method: remove, title: "Delete an attribute", body: small},
	}},
	{"/suites/{path...}/script", "script", "GET, PUT, HEAD", []operation{
		{method: get, title: "A task's script"},
		{method: put, title: "Change a task's script", body: large},
	}},
	{"/suites/{path...}/output", "output", "GET, HEAD", []operation{{method: get, title: "A job's output"}}},
	{"/server/ping", "ping", "GET, HEAD", []operation{{method: get, title: "Reach the engine", own: (*door).ping}}},
	{"/server/status", "server status", "GET, PUT, HEAD", []operation{
		{method: get, title: "The engine's status"},
		{method: put, title: "Have the engine read its files again", body: small},
	}},
	{"/server/attributes", "server attributes", "GET, PUT, POST, DELETE, HEAD", []operation{
		{method: get, title: "The engine's variables", cached: true},
		{method: post, title: "Add a variable", body: small},
		{method: put, title: "Change a variable", body: small},
		{method: remove, title: "Delete a variable", body: small},
	}},
	{"/statistics", "statistics", "GET, HEAD", []operation{{method: get, title: "What this gateway has answered", own: (*door).counts}}},
}
