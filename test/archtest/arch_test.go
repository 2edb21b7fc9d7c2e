// Package archtest holds the import rules of the house that the compiler
// cannot hold by itself.
package archtest

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const (
	root = "github.com/heddle-dev/heddle/"
	jose = "github.com/go-jose/"
)

type pkg struct {
	ImportPath string
	Standard   bool
	Imports    []string
}

func list(t *testing.T) []pkg {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Standard,Imports",
		root+"pkg/...", root+"services/auth/...", root+"services/jobs/...", root+"services/files/...",
		root+"services/workflows/...", root+"services/gateway/...", root+"cmd/heddle/...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

// rule says what the packages that match may import.
type rule struct {
	name    string
	applies func(path string) bool
	allowed func(path, imported string) bool
}

func stdlib(imported string) bool { return !strings.Contains(strings.Split(imported, "/")[0], ".") }

func has(prefixes ...string) func(string) bool {
	return func(path string) bool {
		for _, p := range prefixes {
			if path == root+p || strings.HasPrefix(path, root+p+"/") {
				return true
			}
		}
		return false
	}
}

func exactly(paths ...string) func(string) bool {
	return func(path string) bool {
		for _, p := range paths {
			if path == root+p {
				return true
			}
		}
		return false
	}
}

var dialects = []string{"native", "unicore", "dirac", "ecflow", "core4", "oauth"}

var rules = []rule{
	{"a domain imports the standard library only",
		has("services/jobs/internal/job", "services/auth/internal/user", "services/auth/internal/group", "services/auth/internal/client", "services/auth/internal/key", "services/auth/internal/scope",
			"services/auth/internal/grant", "services/auth/internal/apikey", "services/auth/internal/revokedtoken", "services/auth/internal/role"),
		func(_, i string) bool { return stdlib(i) }},
	{"permissions are pure",
		exactly("pkg/who/perm"),
		func(_, i string) bool { return stdlib(i) || i == root+"pkg/fault" }},
	{"es and fault import the standard library only",
		exactly("pkg/es", "pkg/fault"),
		func(_, i string) bool { return stdlib(i) }},
	{"pkg knows no service",
		has("pkg"),
		func(_, i string) bool { return !has("services", "cmd")(i) }},
	{"no service imports the gateway or the command",
		has("services/auth", "services/jobs", "services/files", "services/workflows"),
		func(_, i string) bool { return !has("services/gateway", "cmd")(i) }},
	{"a dialect imports neither NATS, nor Redis, nor another dialect",
		func(p string) bool { return dialectOf(p) != "" },
		func(p, i string) bool {
			if d := dialectOf(i); d != "" && d != dialectOf(p) {
				return false
			}
			return !strings.HasPrefix(i, "github.com/nats-io/") && !strings.HasPrefix(i, "github.com/redis/") &&
				!has("pkg/natsrpc", "pkg/es/esnats")(i)
		}},
	{"an app knows neither HTTP nor NATS",
		exactly("services/auth/internal/app", "services/jobs/internal/app", "services/files/internal/app"),
		func(_, i string) bool {
			return i != "net/http" && !strings.HasPrefix(i, "github.com/nats-io/") && !has("pkg/rest", "pkg/natsrpc")(i)
		}},
	{"the protocol of OAuth knows neither HTTP, NATS, SQL, Redis nor JOSE",
		exactly("services/auth/internal/oauth", "services/auth/internal/clientauth", "services/auth/internal/flow"),
		func(_, i string) bool {
			return i != "net/http" && i != "database/sql" && !strings.HasPrefix(i, "github.com/nats-io/") &&
				!strings.HasPrefix(i, "github.com/redis/") && !strings.HasPrefix(i, jose) && !has("pkg/rest", "pkg/natsrpc", "pkg/view")(i)
		}},
	{"of the auth service only token holds keys, and assertion verifies others' signatures",
		has("services/auth"),
		func(p, i string) bool {
			return !strings.HasPrefix(i, jose) || has("services/auth/internal/token", "services/auth/internal/assertion", "services/auth/internal/federation/federationtest")(p)
		}},
	{"of the auth service only federation dials out",
		has("services/auth/internal"),
		func(p, i string) bool { return i != "net/http" || has("services/auth/internal/federation")(p) }},
	{"the authorization server is our own (ADR 11)",
		has("pkg", "services", "cmd"),
		func(_, i string) bool { return !strings.HasPrefix(i, "github.com/zitadel/") }},
	{"of go-kit only the endpoint is used",
		has("pkg", "services", "cmd"),
		func(_, i string) bool {
			return !strings.HasPrefix(i, "github.com/go-kit/") || i == "github.com/go-kit/kit/endpoint"
		}},
	{"test packages stay in tests",
		func(p string) bool { return !strings.HasSuffix(p, "test") },
		func(_, i string) bool {
			return i != "testing" && !has("pkg/es/estest", "pkg/listen/listentest", "pkg/natstest", "pkg/redistest")(i)
		}},
}

func dialectOf(path string) string {
	for _, d := range dialects {
		if has("services/gateway/internal/" + d)(path) {
			return d
		}
	}
	return ""
}

func TestImportLaw(t *testing.T) {
	t.Parallel()
	pkgs := list(t)
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			seen := 0
			for _, p := range pkgs {
				if !r.applies(p.ImportPath) {
					continue
				}
				seen++
				for _, i := range p.Imports {
					if !r.allowed(p.ImportPath, i) {
						t.Errorf("%s imports %s", strings.TrimPrefix(p.ImportPath, root), i)
					}
				}
			}
			if seen == 0 {
				t.Errorf("the rule applies to no package: it is out of date")
			}
		})
	}
}

// TestNames: a package says what it is about, not that it is useful.
func TestNames(t *testing.T) {
	t.Parallel()
	for _, p := range list(t) {
		switch name := p.ImportPath[strings.LastIndex(p.ImportPath, "/")+1:]; name {
		case "util", "utils", "common", "helper", "helpers", "base", "manager", "misc":
			t.Errorf("%s: %q says nothing", p.ImportPath, name)
		}
	}
}
