package jobs

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/services/files/filesapi"
	"github.com/heddle-dev/heddle/services/jobs/internal/app"
	"github.com/heddle-dev/heddle/services/jobs/internal/job"
	"github.com/heddle-dev/heddle/services/jobs/internal/policy"
)

// Config is how a replica is set up. The zero Config works.
type Config struct {
	Lease       time.Duration `conf:"lease" env:"HEDDLE_LEASE" default:"15s" doc:"How long a runner that is not heard of keeps its jobs; all replicas need the same."`
	Sites       []string      `conf:"sites" env:"HEDDLE_SITES" doc:"Sites that are shown even while they have no runner."`
	Workers     int           `conf:"workers" env:"HEDDLE_JOBS_WORKERS" default:"256" doc:"Requests that are worked on at once."`
	Replicas    int           `conf:"replicas" env:"HEDDLE_REPLICAS" default:"1" doc:"Servers that keep each stream."`
	Keep        time.Duration `conf:"keep" env:"HEDDLE_JOBS_KEEP" default:"720h" doc:"How long after its submit a job is destroyed, unless its owner sets another time; negative: never."`
	Reschedules int           `conf:"reschedules" env:"HEDDLE_JOBS_RESCHEDULES" default:"3" doc:"How often a job can be rescheduled; negative: never."`
	HalfLife    time.Duration `conf:"half-life" env:"HEDDLE_HALF_LIFE" default:"168h" doc:"Time after which only half of what somebody used counts against them; all replicas need the same."`
	Weights     []string      `conf:"weights" env:"HEDDLE_WEIGHTS" doc:"group=weight pairs: how much of the sites a group gets against others that have jobs waiting; 1 where nothing is said."`
	Running     int           `conf:"max-running-user" env:"HEDDLE_JOBS_MAX_RUNNING_USER" doc:"Jobs of a user that runners have at once; 0: no limit."`
	Group       int           `conf:"max-running-group" env:"HEDDLE_JOBS_MAX_RUNNING_GROUP" doc:"Jobs of a group that runners have at once; 0: no limit."`
	Waiting     int           `conf:"max-waiting-user" env:"HEDDLE_JOBS_MAX_WAITING_USER" doc:"Jobs of a user that have not begun; 0: no limit."`
	Patience    time.Duration `conf:"keep-room-after" env:"HEDDLE_KEEP_ROOM_AFTER" default:"1m" doc:"How long a job waits whose turn it is and for which there is no room, before a runner's room is kept for it."`
	Hopeless    time.Duration `conf:"give-up-after" env:"HEDDLE_GIVE_UP_AFTER" default:"10m" doc:"How long a job waits that none of its sites can run, before it fails."`
	Limits      Limits        `conf:"max" env:"HEDDLE_JOBS_MAX"`

	Transfers     int           `conf:"transfers" env:"HEDDLE_JOBS_TRANSFERS" default:"64" doc:"Jobs whose imports or exports are carried at once."`
	TransfersUser int           `conf:"transfers-user" env:"HEDDLE_JOBS_TRANSFERS_USER" default:"16" doc:"Jobs of a user whose imports or exports are carried at once."`
	StagingFor    time.Duration `conf:"staging-give-up" env:"HEDDLE_JOBS_STAGING_GIVE_UP" default:"10m" doc:"How long files are tried to be brought or sent again while there is no progress, before the job fails."`

	// DataDir holds views/<ViewFile>, which can be deleted at any time.
	// Default: .heddle
	DataDir string
	// ViewFile is the name of the read model; replicas on one directory need
	// different ones. Default: jobs.db
	ViewFile string
}

// Limits bound job descriptions. The zero Limits are the defaults.
type Limits struct {
	Spec        int `conf:"spec" env:"SPEC" default:"524288" doc:"Largest job description as JSON, in bytes; NATS takes no message of more than its max_payload."`
	Arguments   int `conf:"arguments" env:"ARGUMENTS" default:"10000" doc:"Most arguments."`
	Argument    int `conf:"argument" env:"ARGUMENT" default:"131072" doc:"Longest argument or environment value, in bytes."`
	Name        int `conf:"name" env:"NAME" default:"256" doc:"Longest name or tag, in bytes."`
	Environment int `conf:"environment" env:"ENVIRONMENT" default:"1000" doc:"Most environment variables."`
	Inputs      int `conf:"inputs" env:"INPUTS" default:"100" doc:"Most inputs."`
	Input       int `conf:"input" env:"INPUT" default:"262144" doc:"Largest input, in bytes."`
	Script      int `conf:"script" env:"SCRIPT" default:"262144" doc:"Longest script, in bytes."`
	Outputs     int `conf:"outputs" env:"OUTPUTS" default:"1000" doc:"Most names and patterns of outputs."`
	Tags        int `conf:"tags" env:"TAGS" default:"100" doc:"Most tags."`
	Path        int `conf:"path" env:"PATH" default:"4096" doc:"Longest path, in bytes."`
	Secrets     int `conf:"secrets" env:"SECRETS" default:"50" doc:"Most secrets of a submit."`
	Secret      int `conf:"secret" env:"SECRET" default:"8192" doc:"Longest secret, in bytes."`
}

// Deps is what the service needs from the process it runs in.
type Deps struct {
	NATS *nats.Conn
	Log  *slog.Logger
	// Files brings the inputs of jobs; nil: the files service at NATS.
	Files filesapi.Service
	// Carrier carries imports and exports; nil: the files service at NATS.
	Carrier filesapi.Carrier
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Validate says what is wrong with the configuration, naming the option.
func (c Config) Validate() error {
	var errs []error
	if c.Lease < 0 || c.Lease > 0 && c.Lease < 100*time.Millisecond {
		errs = append(errs, fmt.Errorf("lease must be at least 100ms, not %s", c.Lease))
	}
	if c.Workers < 0 || c.Replicas < 0 {
		errs = append(errs, errors.New("workers and replicas must not be negative"))
	}
	if min(c.Running, c.Group, c.Waiting) < 0 || min(c.HalfLife, c.Patience, c.Hopeless) < 0 {
		errs = append(errs, errors.New("max-running-user, max-running-group, max-waiting-user, half-life, keep-room-after and give-up-after must not be negative"))
	}
	if min(c.Transfers, c.TransfersUser) < 0 || c.StagingFor < 0 {
		errs = append(errs, errors.New("transfers, transfers-user and staging-give-up must not be negative"))
	}
	if _, err := weights(c.Weights); err != nil {
		errs = append(errs, err)
	}
	if l := c.Limits; l != (Limits{}) {
		if min(l.Spec, l.Arguments, l.Argument, l.Name, l.Environment, l.Inputs, l.Input, l.Script, l.Outputs, l.Tags, l.Path, l.Secrets, l.Secret) <= 0 {
			errs = append(errs, errors.New("every max-… must be more than 0"))
		}
	}
	return errors.Join(errs...)
}

// filled puts the defaults where nothing is set.
func (c Config) filled() Config {
	c.Lease = cmp.Or(c.Lease, 15*time.Second)
	c.HalfLife = cmp.Or(c.HalfLife, 7*24*time.Hour)
	c.Patience = cmp.Or(c.Patience, time.Minute)
	c.Hopeless = cmp.Or(c.Hopeless, 10*time.Minute)
	c.DataDir = cmp.Or(c.DataDir, ".heddle")
	c.Transfers = cmp.Or(c.Transfers, 64)
	c.TransfersUser = cmp.Or(c.TransfersUser, 16)
	c.StagingFor = cmp.Or(c.StagingFor, policy.GiveUp)
	c.Keep = cmp.Or(c.Keep, 30*24*time.Hour)
	c.Reschedules = cmp.Or(c.Reschedules, 3)
	c.ViewFile = cmp.Or(c.ViewFile, "jobs.db")
	c.Limits = cmp.Or(c.Limits, Limits(job.DefaultLimits()))
	return c
}

// weights reads group=weight pairs.
func weights(pairs []string) (map[string]float64, error) {
	all := map[string]float64{}
	for _, pair := range pairs {
		group, text, _ := strings.Cut(pair, "=")
		w, err := strconv.ParseFloat(text, 64)
		if group == "" || err != nil || !(w >= 0.001 && w <= 1000) {
			return nil, fmt.Errorf("weights: %q is not group=weight with a weight between 0.001 and 1000", pair)
		}
		all[group] = w
	}
	return all, nil
}

// fair is how jobs share the sites.
func (c Config) fair() app.Fair {
	w, _ := weights(c.Weights) // Validate has read them
	return app.Fair{HalfLife: c.HalfLife, Weights: w, MaxRunning: c.Running, MaxRunningGroup: c.Group, MaxWaiting: c.Waiting, Hopeless: c.Hopeless}
}

// carrying bounds what is carried.
func (c Config) carrying() app.Carrying {
	return app.Carrying{Transfers: c.Transfers, TransfersUser: c.TransfersUser, GiveUp: c.StagingFor}
}

func (d Deps) filled() Deps {
	if d.Now == nil {
		d.Now = time.Now
	}
	if d.Files == nil {
		d.Files = filesapi.NewClient(d.NATS)
	}
	if d.Carrier == nil {
		d.Carrier = filesapi.NewCarrier(d.Files, nil)
	}
	return d
}
