package conf_test

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/heddle-dev/heddle/pkg/conf"
)

type common struct {
	Level string `conf:"level" env:"T_LEVEL" default:"info" doc:"What to log."`
}

func (c common) Validate() error {
	if c.Level == "loud" {
		return errors.New("level: loud is no level")
	}
	return nil
}

type config struct {
	common
	Common common        `conf:"deep" env:"T_DEEP"`
	Listen []string      `conf:"listen" env:"T_LISTEN" default:"127.0.0.1:8080" doc:"Where to listen."`
	Wait   time.Duration `conf:"wait" env:"T_WAIT" default:"5s"`
	Retry  bool          `conf:"retry" env:"T_RETRY" default:"true"`
	Tries  int           `conf:"tries" env:"T_TRIES" default:"3"`
	Share  float64       `conf:"share" default:"0.5"`
	Big    int64         `conf:"big"`
	Key    string        `conf:"key" env:"T_KEY" secret:"true" doc:"The key."`
	Redis  struct {
		URL string `conf:"url" env:"URL"`
	} `conf:"redis" env:"T_REDIS"`
}

// environ is an environment of its own for each test.
func environ(pairs ...string) func(string) (string, bool) {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	return func(k string) (string, bool) { v, ok := m[k]; return v, ok }
}

func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLaterSourcesWin(t *testing.T) {
	t.Parallel()
	path := file(t, "c.yaml", "listen: [a:1, b:2]\nwait: 1m\ntries: 7\nredis:\n  url: redis://file\ndeep-level: debug\n")
	var c config
	err := conf.Load("t", &c, []string{"--config", path, "--tries=9", "--retry=false", "--big", "0"},
		environ("T_WAIT", "2m", "T_TRIES", "8", "T_RETRY", "true", "T_LEVEL", ""))
	if err != nil {
		t.Fatal(err)
	}
	want := config{Listen: []string{"a:1", "b:2"}, Wait: 2 * time.Minute, Tries: 9, Share: 0.5}
	want.Level, want.Common.Level, want.Redis.URL = "info", "debug", "redis://file"
	if !reflect.DeepEqual(c, want) {
		t.Fatalf("got  %+v\nwant %+v", c, want)
	}
}

func TestJSONIsYAML(t *testing.T) {
	t.Parallel()
	var c config
	path := file(t, "c.json", `{"redis": {"url": "redis://json"}, "tries": 4, "listen": "x,y", "key": null}`)
	if err := conf.Load("t", &c, []string{"--config", path}, environ()); err != nil {
		t.Fatal(err)
	}
	if c.Redis.URL != "redis://json" || c.Tries != 4 || !reflect.DeepEqual(c.Listen, []string{"x", "y"}) {
		t.Fatalf("%+v", c)
	}
}

func TestListsGrowByRepeatedFlags(t *testing.T) {
	t.Parallel()
	var c config
	if err := conf.Load("t", &c, []string{"--listen=a", "--listen", "b,c"}, environ("T_LISTEN", "z")); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(c.Listen, []string{"a", "b", "c"}) {
		t.Fatalf("%q", c.Listen)
	}
}

func TestErrorsNameTheirPlace(t *testing.T) {
	t.Parallel()
	bad := file(t, "bad.yaml", "tries: many\nnonsense: 1\nredis: {urls: x}\nlisten: [[a]]\nwait: [1s, 2s]\nshare: 1\nshare: 2\n")
	secret := file(t, "key", "k")
	for name, tc := range map[string]struct {
		args []string
		env  func(string) (string, bool)
		want []string
	}{
		"flag":          {[]string{"--tries=x"}, environ(), []string{"--tries", "whole number"}},
		"unknown flag":  {[]string{"--nonsense"}, environ(), []string{"nonsense"}},
		"argument":      {[]string{"serve"}, environ(), []string{`"serve"`}},
		"environment":   {nil, environ("T_WAIT", "5", "T_RETRY", "perhaps"), []string{"T_WAIT must be a duration", "T_RETRY must be true or false"}},
		"file":          {[]string{"--config", bad}, environ(), []string{`bad.yaml:2: unknown option "nonsense"`, `bad.yaml:3: unknown option "redis-urls"`, "bad.yaml:4: listen", "bad.yaml:7: share is set twice"}},
		"no file":       {[]string{"--config", "/does/not/exist"}, environ(), []string{"--config", "/does/not/exist"}},
		"no mapping":    {[]string{"--config", file(t, "l.yaml", "- a\n")}, environ(), []string{"l.yaml:1"}},
		"no YAML":       {[]string{"--config", file(t, "n.yaml", "a: [")}, environ(), []string{"n.yaml"}},
		"sequence":      {[]string{"--config", file(t, "s.yaml", "wait: [1s, 2s]")}, environ(), []string{"s.yaml:1: wait must be one value"}},
		"two secrets":   {nil, environ("T_KEY", "a", "T_KEY_FILE", secret), []string{"T_KEY and T_KEY_FILE"}},
		"no secret":     {nil, environ("T_KEY_FILE", "/does/not/exist"), []string{"T_KEY_FILE", "/does/not/exist"}},
		"valid outside": {[]string{"--level=loud"}, environ(), []string{"loud is no level"}},
		"valid inside":  {[]string{"--deep-level=loud"}, environ(), []string{"loud is no level"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := conf.Load("t", new(config), tc.args, tc.env)
			for _, want := range tc.want {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error %v does not say %q", err, want)
				}
			}
		})
	}
}

func TestSecrets(t *testing.T) {
	t.Parallel()
	var c config
	path := file(t, "key", "s3cret\n")
	if err := conf.Load("t", &c, nil, environ("T_KEY_FILE", path, "T_REDIS_URL", "redis://u:pw@h:1/0")); err != nil {
		t.Fatal(err)
	}
	if c.Key != "s3cret" {
		t.Fatalf("key is %q", c.Key)
	}
	if log := conf.Redacted(&c).String(); strings.Contains(log, "s3cret") || strings.Contains(log, "pw@") ||
		!strings.Contains(log, "redis://xxxxx@h:1/0") || !strings.Contains(log, "tries=3") {
		t.Fatalf("log says %s", log)
	}
}

func TestBadSecretIsNotRepeated(t *testing.T) {
	t.Parallel()
	var c struct {
		Pin int `conf:"pin" env:"T_PIN" secret:"true"`
	}
	err := conf.Load("t", &c, nil, environ("T_PIN", "s3cret"))
	if err == nil || strings.Contains(err.Error(), "s3cret") {
		t.Fatalf("error is %v", err)
	}
}

func TestCheckAndHelp(t *testing.T) {
	t.Parallel()
	if err := conf.Load("t", new(config), []string{"--check"}, environ()); !errors.Is(err, conf.ErrChecked) {
		t.Fatalf("--check gives %v", err)
	}
	var b strings.Builder
	conf.Usage(&b, "t", new(config))
	for _, want := range []string{"--redis-url string", "T_REDIS_URL", "Where to listen. (T_LISTEN; default 127.0.0.1:8080)",
		"T_KEY or T_KEY_FILE", "--config", "--check"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("help lacks %q:\n%s", want, b.String())
		}
	}
}

func TestDescribe(t *testing.T) {
	t.Parallel()
	got := conf.Describe(&config{})
	if len(got) != 10 || !reflect.DeepEqual(got[3], conf.Option{Name: "wait", Env: "T_WAIT", Type: "duration", Default: "5s"}) ||
		got[1].Env != "T_DEEP_T_LEVEL" || got[1].Name != "deep-level" {
		t.Fatalf("%+v", got)
	}
}

func TestProgrammersMistakes(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]any{
		"no pointer": config{},
		"type": &struct {
			X chan int `conf:"x"`
		}{},
		"default": &struct {
			X int `conf:"x" default:"y"`
		}{},
		"twice": &struct {
			X, Y int `conf:"x"`
		}{},
		"unexported": &struct {
			x int `conf:"x"`
		}{},
	} {
		if err := conf.Load("t", cfg, nil, environ()); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestFlagsOfALargerProgram(t *testing.T) {
	t.Parallel()
	c := config{Tries: 5}
	fs := pflag.NewFlagSet("up", pflag.ContinueOnError)
	if err := errors.Join(conf.Flags(&c, fs), fs.Parse([]string{"--wait=1s", "--retry=false"}),
		conf.Resolve(&c, fs, environ("T_WAIT", "9s"))); err != nil {
		t.Fatal(err)
	}
	if c.Wait != time.Second || c.Tries != 5 || c.Retry {
		t.Fatalf("%+v", c)
	}
}
