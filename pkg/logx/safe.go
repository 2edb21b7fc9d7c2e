package logx

import (
	"log/slog"
	"regexp"
	"strings"
)

// hidden stands where a secret was.
const hidden = "[not shown]"

// secrets are names under which secrets travel: in queries and forms, in
// headers, as attributes of records.
var secrets = []string{
	"access_token", "authorization", "client_assertion", "client_secret", "code", "code_verifier", "cookie",
	"device_code", "id_token", "id_token_hint", "key", "passwd", "password", "refresh_token", "secret", "state",
	"token", "user_code",
}

var isSecret = func() map[string]bool {
	m := map[string]bool{}
	for _, name := range secrets {
		m[name] = true
	}
	return m
}()

var (
	parameter = regexp.MustCompile(`(?i)\b(` + strings.Join(secrets, "|") + `)=[^&\s"'<>;,]+`)
	userinfo  = regexp.MustCompile(`://[^/\s"'@]+@`)
)

// Safe returns a text without the secrets of the URLs and forms in it, for
// logs: also an error's text may quote what a client sent.
func Safe(text string) string {
	if strings.Contains(text, "=") {
		text = parameter.ReplaceAllString(text, "$1="+hidden)
	}
	if strings.Contains(text, "@") {
		text = userinfo.ReplaceAllString(text, "://"+hidden+"@")
	}
	return text
}

// conceal is the last look at everything that is logged. What is called like a
// secret is one; what is a text may quote one.
func conceal(_ []string, a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch err, _ := v.Any().(error); {
	case isSecret[strings.ToLower(a.Key)]:
		a.Value = slog.StringValue(hidden)
	case v.Kind() == slog.KindString:
		a.Value = slog.StringValue(Safe(v.String()))
	case err != nil:
		a.Value = slog.StringValue(Safe(err.Error()))
	}
	return a
}
