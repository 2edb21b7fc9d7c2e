package cli

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/spf13/cobra"

	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// transferFlags name files to bring and to send, and where that is read from
// which opens their URLs: never a flag itself, which everybody on the machine
// could see.
type transferFlags struct {
	imports, exports []string
	file             string
	logins           []string

	secrets map[string]jobsapi.Secret // once load was called
}

func (t *transferFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringArrayVar(&t.imports, "import", nil, "file to bring before the job runs: URL=PATH (repeatable)")
	f.StringArrayVar(&t.exports, "export", nil, "file to send when the job has succeeded: PATH=URL (repeatable)")
	f.StringVar(&t.file, "secrets", "", `JSON file of what opens URLs, by host or name: {"HOST": {"bearer": "..."}} or {"username": ..., "password": ...} or {"token": ...}`)
	f.StringArrayVar(&t.logins, "login", nil, "USER@HOST: ask for the password that opens the URLs of a host (repeatable)")
}

// load reads the secrets.
func (t *transferFlags) load(e *env) error {
	t.secrets = map[string]jobsapi.Secret{}
	if t.file != "" {
		b, err := e.readFile(t.file)
		if err != nil {
			return usage(err)
		}
		dec := json.NewDecoder(bytes.NewReader(b))
		dec.DisallowUnknownFields()
		if err := dec.Decode(&t.secrets); err != nil { // the cause may quote a secret
			return usagef(`--secrets: %s is not like {"HOST": {"bearer": "..."}}`, t.file)
		}
	}
	for _, login := range t.logins {
		at := strings.LastIndex(login, "@")
		if at <= 0 || at == len(login)-1 {
			return usagef("--login %q is not USER@HOST", login)
		}
		e.note("for %s", login)
		password, err := e.password(false)
		if err != nil {
			return err
		}
		t.secrets[login[at+1:]] = jobsapi.Secret{Username: login[:at], Password: password}
	}
	return nil
}

// apply adds the transfers. A URL is opened by the secret that is named as its
// host.
func (t *transferFlags) apply(spec *jobsapi.Spec) error {
	for _, text := range t.imports {
		at := strings.LastIndex(text, "=")
		if at <= 0 || !strings.Contains(text[:at], ":") {
			return usagef("--import %q is not URL=PATH", text)
		}
		spec.Imports = append(spec.Imports, jobsapi.Transfer{From: text[:at], To: text[at+1:], Secret: t.opening(text[:at])})
	}
	for _, text := range t.exports {
		path, to, ok := strings.Cut(text, "=")
		if !ok || !strings.Contains(to, ":") {
			return usagef("--export %q is not PATH=URL", text)
		}
		spec.Exports = append(spec.Exports, jobsapi.Transfer{From: path, To: to, Secret: t.opening(to)})
	}
	return nil
}

// opening is the name of the secret for a URL; empty: there is none.
func (t *transferFlags) opening(text string) string {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" {
		return ""
	}
	for _, name := range []string{u.Host, u.Hostname()} {
		if _, ok := t.secrets[name]; ok {
			return name
		}
	}
	return ""
}
