package federation_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/auth/internal/federation"
)

func TestNoFileIsNoProvider(t *testing.T) {
	t.Parallel()
	if list, err := federation.Load(""); len(list) != 0 || err != nil {
		t.Errorf("%+v, %v", list, err)
	}
	if list, err := federation.Load(write(t, "# none yet\n")); len(list) != 0 || err != nil {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := federation.Load(filepath.Join(t.TempDir(), "federation.yaml")); err == nil {
		t.Error("a file that is not there is none")
	}
}

func TestConfigurationSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	const good = "https://uni.test"
	for name, c := range map[string]struct{ text, want string }{
		"an unknown key":        {entry("uni", good, "sceret: x"), "sceret"},
		"no list":               {"name: uni\n", "cannot unmarshal"},
		"two documents":         {entry("uni", good) + "---\n" + entry("b", "https://b.test"), "nothing after it"},
		"a name for paths":      {entry("../uni", good), "name must"},
		"no name":               {entry("", good), "name must"},
		"the same name":         {entry("uni", good) + entry("uni", "https://b.test"), "same name"},
		"the same issuer":       {entry("uni", good) + entry("b", good), "same name or issuer"},
		"plain http":            {entry("uni", "http://uni.test"), "https"},
		"loopback by name only": {entry("uni", "http://localhost.evil.test"), "https"},
		"no address":            {entry("uni", "uni"), "https"},
		"a query":               {entry("uni", good+"/?tenant=1"), "https"},
		"a user":                {entry("uni", "https://u:p@uni.test"), "https"},
		"no openid":             {entry("uni", good, "scopes: [profile]"), "openid"},
		"no such group":         {entry("uni", good, "groups: {a: 'no group!'}"), "groups"},
		"anybody's tokens":      {entry("uni", good, "bearer: true"), "audiences"},
		"ID tokens":             {entry("uni", good, "bearer: true", "audiences: [api, heddle]"), "client_id"},
		"two lines of title":    {entry("uni", good, `title: "a\nb"`), "title"},
		"no client":             {strings.Replace(entry("uni", good), "client_id: heddle", "client_id: ''", 1), "client_id"},
		"no secret there":       {strings.Replace(entry("uni", good), "file: secret", "file: nowhere", 1), "client_secret_file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := federation.Load(write(t, c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want something about %q", err, c.want)
			}
		})
	}
	for name, text := range map[string]string{
		"https": entry("uni", good), "a path": entry("uni", good+"/realms/a/"), "loopback": entry("uni", "http://127.0.0.1:8080") + entry("b", "http://localhost:1") + entry("c", "http://[::1]:1"),
		"JSON": `[{"name":"uni","issuer":"https://uni.test","client_id":"public","bearer":true,"audiences":["api"]}]`,
	} {
		if _, err := federation.Load(write(t, text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEmptySecretIsNone(t *testing.T) {
	t.Parallel()
	path := write(t, entry("uni", "https://uni.test"))
	if err := os.WriteFile(filepath.Join(filepath.Dir(path), "secret"), []byte("\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := federation.Load(path); err == nil || !strings.Contains(err.Error(), "is empty") {
		t.Error(err)
	}
}
