package conf_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/heddle-dev/heddle/pkg/conf"
)

type baker struct {
	Listen  string `conf:"listen" env:"HEDDLE_BAKER_LISTEN" default:":1"`
	Site    string `conf:"site" env:"HEDDLE_SITE" default:"here" doc:"Where bread is made."`
	Workers int    `conf:"workers" env:"HEDDLE_WORKERS" default:"3"`
	Oven    struct {
		Heat time.Duration `conf:"heat" env:"HEAT" default:"1h"`
	} `conf:"oven" env:"HEDDLE_OVEN"`
}

func (b baker) Validate() error {
	if b.Workers < 0 {
		return errors.New("workers must not be negative")
	}
	return nil
}

type shop struct {
	Site  string   `conf:"site" env:"HEDDLE_SITE" default:"there"`
	Doors []string `conf:"doors" env:"HEDDLE_DOORS" default:"front"`
	Oven  string   `conf:"oven-heat" env:"HEDDLE_SHOP_HEAT"`
}

type street struct {
	Listen string   `conf:"listen" env:"HEDDLE_LISTEN" default:":9"`
	Doors  []string `conf:"doors" env:"HEDDLE_DOORS"`
	Baker  baker    `join:"workers"`
	Shop   shop     `join:""`
}

func load(args, env []string) (street, error) {
	var c street
	fs := pflag.NewFlagSet("street", pflag.ContinueOnError)
	if err := conf.Flags(&c, fs); err != nil {
		return c, err
	}
	if err := fs.Parse(args); err != nil {
		return c, err
	}
	return c, conf.Resolve(&c, fs, func(name string) (string, bool) {
		for _, e := range env {
			if n, v, _ := strings.Cut(e, "="); n == name {
				return v, true
			}
		}
		return "", false
	})
}

func TestPartsShareWhatIsTheSame(t *testing.T) {
	t.Parallel()
	c, err := load(nil, nil)
	if err != nil || c.Baker.Site != "here" || c.Shop.Site != "here" || c.Baker.Oven.Heat != time.Hour || c.Baker.Workers != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	c, err = load([]string{"--site", "a", "--doors", "x", "--doors", "y", "--baker-listen", ":2"}, []string{"HEDDLE_OVEN_HEAT=2h", "HEDDLE_WORKERS=-5", "HEDDLE_LISTEN=:3"})
	if err != nil || c.Baker.Site != "a" || c.Shop.Site != "a" || !slices.Equal(c.Shop.Doors, []string{"x", "y"}) || !slices.Equal(c.Doors, c.Shop.Doors) ||
		c.Baker.Listen != ":2" || c.Listen != ":3" || c.Baker.Oven.Heat != 2*time.Hour || c.Baker.Workers != 0 {
		t.Errorf("%+v, %v", c, err)
	}
	if _, err := load([]string{"--workers", "5"}, nil); err == nil {
		t.Error("an option that the program sets can be set")
	}
	var names []string
	for _, o := range conf.Describe(&street{}) {
		names = append(names, o.Name+" "+o.Env)
		if o.Name == "site" && o.Doc != "Where bread is made." {
			t.Errorf("%+v", o)
		}
	}
	want := []string{"listen HEDDLE_LISTEN", "doors HEDDLE_DOORS", "baker-listen HEDDLE_BAKER_LISTEN", "site HEDDLE_SITE", "oven-heat HEDDLE_OVEN_HEAT", "shop-heat HEDDLE_SHOP_HEAT"}
	if !slices.Equal(names, want) {
		t.Errorf("%q", names)
	}
}

func TestPartsAreValidated(t *testing.T) {
	t.Parallel()
	var c struct {
		Baker baker `join:""`
	}
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	if err := conf.Flags(&c, fs); err != nil {
		t.Fatal(err)
	}
	if err := conf.Resolve(&c, fs, func(name string) (string, bool) {
		if name == "HEDDLE_WORKERS" {
			return "-1", true
		}
		return "", false
	}); err == nil || !strings.Contains(err.Error(), "workers must not be negative") {
		t.Error(err)
	}
}

func TestPartsThatDoNotFit(t *testing.T) {
	t.Parallel()
	var c struct {
		Site []string `conf:"site" env:"HEDDLE_SITE"`
		Shop shop     `join:""`
	}
	if err := conf.Flags(&c, pflag.NewFlagSet("", pflag.ContinueOnError)); err == nil || !strings.Contains(err.Error(), "HEDDLE_SITE is a []string and a string") {
		t.Error(err)
	}
}
