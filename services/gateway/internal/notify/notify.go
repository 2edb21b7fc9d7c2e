// Package notify tells whoever a job's owner has named that the job has come to
// a state, by HTTP. It is separate because it is the one part of the gateway
// that calls out instead of being called, and because its promise is its own:
// what is due is told at least once, whichever replica dies meanwhile, and
// whom nobody can reach costs others nothing.
//
// One replica does it for all (leader.go). It follows the journal of jobs, and
// what it has told is kept beside how far it has read (book.go), so that the
// next one goes on from there. The notices of a job are told in order, one
// after the other (lane.go); those of different jobs, side by side as far as
// their receivers and owners may take (limits.go).
package notify

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/heddle-dev/heddle/pkg/es"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Config says how patiently is told. Zero values get the default.
type Config struct {
	Tries   int           `conf:"tries" env:"TRIES" default:"3" doc:"How often a notification of a job is tried to be told."`
	Pause   time.Duration `conf:"pause" env:"PAUSE" default:"15s" doc:"Between the first and the second try; each further pause is twice as long."`
	Timeout time.Duration `conf:"timeout" env:"TIMEOUT" default:"10s" doc:"How long a receiver may take to answer."`
	GiveUp  time.Duration `conf:"give-up" env:"GIVE_UP" default:"10m" doc:"How long a notification may wait for its turn and for its receiver, from when a gateway has taken it on; what is due for more than a day is not told any more."`
	Rate    int           `conf:"rate" env:"RATE" default:"50" doc:"Notifications that are told in a second of the jobs of one user."`
	Queue   int           `conf:"queue" env:"QUEUE" default:"2000" doc:"Notifications of one user that may wait for one receiver; more are not told."`
}

// Validate says what is wrong with the configuration, naming the option.
func (c Config) Validate() error {
	var errs []error
	for name, n := range map[string]int64{"tries": int64(c.Tries), "pause": int64(c.Pause), "timeout": int64(c.Timeout),
		"give-up": int64(c.GiveUp), "rate": int64(c.Rate), "queue": int64(c.Queue)} {
		if n < 0 {
			errs = append(errs, errors.New("notify-"+name+" must not be negative"))
		}
	}
	return errors.Join(errs...)
}

func (c Config) filled() Config {
	c.Tries, c.Pause = cmp.Or(c.Tries, 3), cmp.Or(c.Pause, 15*time.Second)
	c.Timeout, c.GiveUp = cmp.Or(c.Timeout, 10*time.Second), cmp.Or(c.GiveUp, 10*time.Minute)
	c.Rate, c.Queue = cmp.Or(c.Rate, 50), cmp.Or(c.Queue, 2000)
	return c
}

// tooOld is how long after it was due a notification is not told any more.
const tooOld = 24 * time.Hour

// Message is a notification as its receiver gets it.
type Message struct {
	Type string // Content-Type
	Body []byte
}

// Ports are what the notifier needs of the world. All are required.
type Ports struct {
	// Journal is that of jobs; types of events are enough for its Tail.
	Journal es.Store
	Keep    Keep
	// Since is from which position of the journal on there may be something to
	// tell; ok is false as long as there is nothing.
	Since func(context.Context) (position uint64, ok bool, err error)
	// Client must be for URLs that users give (pkg/outbound), and follow no
	// redirects.
	Client *http.Client
	// Form writes a notice in the words of the door that the job came by.
	Form func(jobsapi.Notice) (Message, error)
	// Sign makes a token that says who tells, good for a receiver alone.
	Sign func(ctx context.Context, receiver string) (string, error)
	// Note tells a job's owner, in its history, that somebody was not told.
	Note func(context.Context, jobsapi.NoteRequest) (jobsapi.Empty, error)
	Now  func() time.Time
	Log  *slog.Logger
}

// Notifier tells.
type Notifier struct {
	Config
	Ports
}

// New returns the notifier of a replica; Run makes it work.
func New(cfg Config, p Ports) *Notifier { return &Notifier{cfg.filled(), p} }
