package ecflow

import (
	"cmp"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/heddle-dev/heddle/pkg/fault"
	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Engine has the suites and runs them.
type Engine interface {
	Ping(context.Context) error
	// Do carries out one request. Who asks is in the context: a user whom the
	// door knows, or nobody, who reads or is a job and proves that by what the
	// body says. A fault of kind Unavailable is an engine that is away.
	Do(context.Context, Command) (Answer, error)
}

// Command is a request that has been read and may be made.
type Command struct {
	Method string // GET, POST, PUT or DELETE
	Target string // the last word of the path: "tree", "definition"; of the server's own "server status"
	Path   string // of the node, "/suite/family/task"; "" for all suites and the server
	// Query has the parameters of the target, without the key.
	Query url.Values
	Body  json.RawMessage // an object, or nothing
	Child bool            // the body has ECF_NAME: a job speaks of its own task
}

// command reads a request and has the engine carry it out.
func (d *door) command(w http.ResponseWriter, r *http.Request, res resource, op operation) (Answer, error) {
	cmd := Command{Method: op.method, Target: res.target, Path: nodePath(r), Query: r.URL.Query()}
	cmd.Query.Del(parameter)
	if cmd.Path == "" && strings.Contains(res.path, "{path...}") && cmd.Target != "tree" {
		return Answer{}, invalid("The path of a node is missing.")
	}
	if op.body > 0 {
		body, err := bodyOf(r, op.body)
		if err != nil {
			return Answer{}, err
		}
		cmd.Body = body
	}
	ctx := r.Context()
	if op.child {
		if cmd.Child = isChild(cmd.Body); !cmd.Child {
			var err error
			if ctx, err = d.user(w, r); err != nil {
				return Answer{}, err
			}
		}
	}
	if op.body > 0 && !isObject(cmd.Body) {
		return Answer{}, invalid("The body must be a JSON object.")
	}
	return d.ask(ctx, cmd)
}

func (d *door) ask(ctx context.Context, cmd Command) (Answer, error) {
	if d.Engine == nil {
		return Answer{}, d.unreachable(nil)
	}
	a, err := d.Engine.Do(ctx, cmd)
	if fault.Is(err, fault.Unavailable) {
		err = d.unreachable(err)
	}
	return a, err
}

// unreachable is ecFlow's word for an engine that does not answer.
func (d *door) unreachable(cause error) error {
	return fault.Wrap(cause, fault.Unavailable, "ecflow.unreachable", "Failed to connect to %s", d.Address).WithStatus(http.StatusBadGateway)
}

// nodePath is the path of the node that a request is about.
func nodePath(r *http.Request) string {
	var path strings.Builder
	for _, name := range strings.Split(strings.Join(rest.Tail(r), "/"), "/") {
		if name != "" { // "//" is "/"
			path.WriteString("/" + name)
		}
	}
	return path.String()
}

// user is a context with the user of a request that may come from a job, too.
func (d *door) user(w http.ResponseWriter, r *http.Request) (context.Context, error) {
	p, err := d.authenticate(w, r)
	if err == nil {
		err = who.Authenticated.Check(p)
	}
	return who.With(r.Context(), p), err
}

// Answer is what the engine says.
type Answer struct {
	Status   int    // 0 is 200
	Location string // of what was made
	Body     any    // rendered as JSON
}

func (a Answer) status() int { return cmp.Or(a.Status, http.StatusOK) }
