package jobs

import (
	"strings"
	"testing"
	"time"
)

func TestHowJobsShareIsChecked(t *testing.T) {
	t.Parallel()
	good := Config{Weights: []string{"physics=3", "users=0.5"}, HalfLife: time.Hour, Running: 4}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	if f := good.filled().fair(); f.Weights["physics"] != 3 || f.Weights["users"] != 0.5 || f.HalfLife != time.Hour || f.MaxRunning != 4 {
		t.Errorf("%+v", f)
	}
	for _, pair := range []string{"physics", "=1", "physics=x", "physics=0", "physics=-1", "physics=NaN", "physics=1e9"} {
		if err := (Config{Weights: []string{pair}}).Validate(); err == nil || !strings.Contains(err.Error(), "weights: ") {
			t.Errorf("%s: %v", pair, err)
		}
	}
	for _, c := range []Config{{Running: -1}, {Group: -1}, {Waiting: -1}, {HalfLife: -1}, {Patience: -1}, {Hopeless: -1}} {
		if err := c.Validate(); err == nil || !strings.Contains(err.Error(), "must not be negative") {
			t.Errorf("%+v: %v", c, err)
		}
	}
	if f := (Config{}).filled().fair(); f.HalfLife != 7*24*time.Hour || f.Hopeless != 10*time.Minute {
		t.Errorf("the defaults are %+v", f)
	}
}
