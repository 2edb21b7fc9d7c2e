package up

import (
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/heddle-dev/heddle/pkg/conf"
	"github.com/heddle-dev/heddle/services/auth"
	"github.com/heddle-dev/heddle/services/files"
	"github.com/heddle-dev/heddle/services/gateway"
	"github.com/heddle-dev/heddle/services/jobs"
)

// Whatever a daemon can be told, `heddle up` can be told by the same variable.
func TestUpCanBeToldWhatItsPartsCan(t *testing.T) {
	t.Parallel()
	known, names := map[string]bool{}, map[string]bool{}
	for _, o := range conf.Describe(&Config{}) {
		if known[o.Env] || names[o.Name] {
			t.Errorf("--%s (%s) is there twice", o.Name, o.Env)
		}
		known[o.Env], names[o.Name] = true, true
	}
	itself := []string{"HEDDLE_ISSUER", "HEDDLE_REPLICAS", "HEDDLE_FILES_ADVERTISE"}
	for _, part := range []any{&auth.Config{}, &jobs.Config{}, &jobs.RunnerConfig{}, &files.Config{}, &gateway.Config{}} {
		for _, o := range conf.Describe(part) {
			if known[o.Env] == slices.Contains(itself, o.Env) {
				t.Errorf("%T: --%s (%s)", part, o.Name, o.Env)
			}
		}
	}
}

// What is said once reaches every part that it is for.
func TestPartsAreToldWhatTheyNeed(t *testing.T) {
	t.Parallel()
	var c Config
	fs := pflag.NewFlagSet("up", pflag.ContinueOnError)
	if err := conf.Flags(&c, fs); err != nil {
		t.Fatal(err)
	}
	if err := fs.Parse(strings.Fields("--site S --unicore-sites T --sites U --listen 127.0.0.1:1 --data D --demo --redis redis://r --workdirs W" +
		" --half-life 2h --weights a=2 --max-running-user 3 --keep 1h --tls-names n --unicore-methods oidc --outbound-allow 10.0.0.0/8 --notify-tries 7 --slots 5 --grace 9s")); err != nil {
		t.Fatal(err)
	}
	if err := conf.Resolve(&c, fs, func(string) (string, bool) { return "", false }); err != nil {
		t.Fatal(err)
	}
	c = c.told("v1")
	for what, ok := range map[string]bool{
		"issuer":  c.Auth.Issuer == "http://127.0.0.1:1" && c.Gateway.Issuer == c.Auth.Issuer,
		"data":    c.Auth.DataDir == "D" && c.Jobs.DataDir == "D" && c.Files.DataDir == "D" && c.Runner.Data == "D" && c.Gateway.DataDir == "D",
		"demo":    c.Auth.Demo && c.Gateway.Demo,
		"redis":   c.Auth.Redis == "redis://r" && c.Gateway.Redis == "redis://r",
		"sites":   c.Runner.Site == "S" && c.Gateway.Site == "S" && slices.Equal(c.Gateway.UnicoreSites, []string{"T"}) && slices.Equal(c.Jobs.Sites, []string{"S", "T", "U"}),
		"shares":  c.Jobs.HalfLife.Hours() == 2 && c.Jobs.Running == 3 && c.Jobs.Keep.Hours() == 1 && slices.Equal(c.Jobs.Weights, []string{"a=2"}),
		"gateway": c.Gateway.Version == "v1" && slices.Equal(c.Gateway.TLSNames, []string{"n"}) && slices.Equal(c.Gateway.UnicoreMethods, []string{"oidc"}) && c.Gateway.Notify.Tries == 7,
		"outside": slices.Equal(c.Gateway.Outbound.Allow, []string{"10.0.0.0/8"}) && slices.Equal(c.Files.Outbound.Allow, c.Gateway.Outbound.Allow),
		"runner":  c.Runner.Slots == 5 && c.Runner.Grace.Seconds() == 9 && c.Runner.WorkDirs == "W" && c.Files.WorkDirs == "W",
	} {
		if !ok {
			t.Errorf("%s: %+v", what, c)
		}
	}
}

func TestTheDemoListensOnLoopbackAlone(t *testing.T) {
	t.Parallel()
	usual := Config{Demo: true, Listen: []string{"127.0.0.1:1"}, NATSListen: "127.0.0.1:2", Durability: "standard", LogLevel: "warn", LogFormat: "text"}
	if err := usual.Validate(); err != nil {
		t.Error(err)
	}
	for name, change := range map[string]func(*Config){
		"gateway": func(c *Config) { c.Listen = append(c.Listen, "0.0.0.0:1") },
		"NATS":    func(c *Config) { c.NATSListen = "0.0.0.0:1" },
		"files":   func(c *Config) { c.Files.Listen = "0.0.0.0:1" },
	} {
		c := usual
		change(&c)
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "loopback") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
