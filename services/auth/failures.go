package auth

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/heddle-dev/heddle/services/auth/internal/throttle"
)

// FailureConfig says how often one may fail before one has to wait (429). Whoever
// shares an address with many others may need more; zero is the default.
type FailureConfig struct {
	Window  time.Duration `conf:"window" env:"WINDOW" default:"15m" doc:"How long failures count."`
	Pair    int64         `conf:"pair" env:"PAIR" default:"10" doc:"Failed logins with one name from one address."`
	Name    int64         `conf:"name" env:"NAME" default:"50" doc:"Failed logins with one name from everywhere."`
	Address int64         `conf:"address" env:"ADDRESS" default:"100" doc:"Failed logins with all names from one address, which is a /64 of IPv6."`
	Secrets int64         `conf:"secrets" env:"SECRETS" default:"20" doc:"Failed proofs of one application from one address."`
	Codes   int64         `conf:"codes" env:"CODES" default:"10" doc:"Wrong codes of devices by one person from one address."`
	Letters int64         `conf:"letters" env:"LETTERS" default:"3" doc:"Letters to set a new password that may be asked for to one mail address from one address; ten times as many to all."`
}

func (c FailureConfig) filled() FailureConfig {
	return FailureConfig{Window: cmp.Or(c.Window, 15*time.Minute), Pair: cmp.Or(c.Pair, 10), Name: cmp.Or(c.Name, 50),
		Address: cmp.Or(c.Address, 100), Secrets: cmp.Or(c.Secrets, 20), Codes: cmp.Or(c.Codes, 10),
		Letters: cmp.Or(c.Letters, 3)}
}

func (c FailureConfig) validate() error {
	var errs []error
	for name, n := range map[string]int64{"pair": c.Pair, "name": c.Name, "address": c.Address, "secrets": c.Secrets, "codes": c.Codes, "letters": c.Letters} {
		if n < 0 {
			errs = append(errs, fmt.Errorf("failures-%s must not be negative", name))
		}
	}
	return errors.Join(errs...)
}

func (c FailureConfig) passwords() throttle.Limits {
	return throttle.Limits{Of: "password", Pair: c.Pair, Name: c.Name, Address: c.Address, Window: c.Window}
}

func (c FailureConfig) secrets() throttle.Limits {
	return throttle.Limits{Of: "client", Pair: c.Secrets, Window: c.Window}
}

func (c FailureConfig) codes() throttle.Limits {
	return throttle.Limits{Of: "device", Pair: c.Codes, Window: c.Window}
}

// letters bounds those with which people set a new password: they are sent to
// somebody, so that nobody has a reason to ask for more.
func (c FailureConfig) letters() throttle.Limits {
	return throttle.Limits{Of: "reset", Pair: c.Letters, Name: 3 * c.Letters, Address: 10 * c.Letters, Window: c.Window}
}
