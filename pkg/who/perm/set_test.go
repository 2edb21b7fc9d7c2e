package perm_test

import (
	"testing"

	"github.com/heddle-dev/heddle/pkg/who/perm"
)

const queue = "core4.api.v1.request.queue.state.QueueHandler"

var methods = []string{"GET", "HEAD", "OPTIONS", "CONNECT", "TRACE", "POST", "PUT", "PATCH", "DELETE", "PROPFIND"}

func TestAPI(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		perm, name string
		allowed    string // by the methods' letters; "*" is all of them, also unknown ones
	}{
		// covers: C2-018
		{"cop", queue, "*"},
		{"COP", "any.handler", "*"},
		// covers: C2-020 C2-021
		{"api://core4.api.v1.request.queue.state.QueueHandler", queue, "*"},
		{"api://core4.api.v1.request.queue.state.QueueHandler", "core4.api.v1.request.queue.state.Queue", ""},
		// covers: C2-023
		{"api://core4.(api|app).v[12].*Handler$", queue, "*"},
		{"api://core4.api.v1.*Handler$", queue + "2", ""},
		{"api://project|core4", queue, "*"},
		{"api://core4|project", "my.project", ""}, // each branch from the start
		{"api://CORE4", queue, ""},
		{"api://(?i)CORE4", queue, "*"},
		{`api://\Qcore4.`, queue, "*"},
		{"api://api", queue, ""},
		{"api://.*queue", queue, "*"},
		{"api://core4.api.v1", "core4xapixv1", "*"}, // a dot is a dot of the pattern
		// covers: C2-024
		{"api://core4.api.v1.request.queue", queue, "*"},
		{"api://core4.api.v1.request.queue", "core4.api.v1.request.queue.job.JobHandler", "*"},
		{"api://core4.api.v1.request.queue", "core4.api.v1.request.role.main.RoleHandler", ""},

		{"api://core4/r", queue, "r"},
		{"api://core4/cu", queue, "cu"},
		{"api://core4/crud", queue, "crud"},
		{"api://core4/", queue, ""},
		{"job://core4/x", queue, ""},
		{"app://core4", queue, ""},
		{"nonsense", queue, ""},
	} {
		set := perm.Compile([]string{"app://other", c.perm})
		for _, m := range methods {
			want := c.allowed == "*" || letterOf[m] != "" && contains(c.allowed, letterOf[m])
			if got := set.API(m, c.name); got != want {
				t.Errorf("%s lets %s on %s: %v", c.perm, m, c.name, got)
			}
		}
	}
}

var letterOf = map[string]string{"GET": "r", "HEAD": "r", "OPTIONS": "r", "CONNECT": "r", "TRACE": "r",
	"POST": "c", "PUT": "u", "PATCH": "u", "DELETE": "d"}

func contains(s, letter string) bool {
	for _, r := range s {
		if string(r) == letter {
			return true
		}
	}
	return false
}

func TestAliasesCount(t *testing.T) {
	t.Parallel()
	set := perm.Compile([]string{"api://core4.api.v1.request.standard.LoginHandler"})
	if !set.API("GET", "core4.api.v1.request.standard.login.LoginHandler", "core4.api.v1.request.standard.LoginHandler") {
		t.Error("the alias does not count")
	}
	if everything := perm.Compile([]string{"api://.*"}); everything.API("GET") || everything.API("GET", "") {
		t.Error("a handler without a name is allowed")
	}
}

func TestPagesAndLists(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]bool{
		"api://core4": {true, true}, "api://core4/d": {true, true}, "api://core4/": {false, true},
		"api://other": {}, "cop": {true, true}, "app://x": {},
	} {
		set := perm.Compile([]string{text})
		if got := [2]bool{set.Pages(queue), set.Lists(queue)}; got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

func TestJobsAndKeys(t *testing.T) {
	t.Parallel()
	set := perm.Compile([]string{"job://a.read/r", "job://a.run/x", "app://client/c1", "app://client/", "app://store/x"})
	for name, ok := range map[string]bool{
		"read r": set.Job("a.reader", false), "read x": !set.Job("a.reader", true), "run r": set.Job("a.run", false),
		"run x": set.Job("a.run", true), "other": !set.Job("b", false), "no name": !set.Job("", false),
		"key": set.App("store/x"), "no prefix": !set.App("store"), "no longer": !set.App("store/x/y"),
		"tenant": set.Tenant("c1"), "no sub-tenant": !set.Tenant("c1/unit2"), "case": !set.Tenant("C1"), "nobody": !set.Tenant(""),
		"no operator": !set.Operator(),
	} {
		if !ok {
			t.Error(name)
		}
	}
	if op := perm.Compile([]string{"cop"}); !op.Operator() || !op.Job("x", true) || !op.App("x") || !op.Tenant("x") || !op.Lists("x") {
		t.Error("an operator may do everything")
	}
	if none := (perm.Set{}); none.Operator() || none.API("GET", queue) || none.Job("x", false) || none.App("x") || none.Tenant("x") {
		t.Error("the zero set allows something")
	}
}

// covers: C2-204
func TestTheSeedsTenantExample(t *testing.T) {
	t.Parallel()
	set := perm.Compile([]string{"api://myproject.api.handler.MyHandler", "app://client/lufthansa"})
	if !set.API("GET", "myproject.api.handler.MyHandler") || !set.Tenant("lufthansa") || set.Tenant("other") {
		t.Error("the example does not hold")
	}
}
