package tornado

import (
	"log/slog"
	"net"
	"net/http"
	"strings"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Config is what the handlers of an App share. The zero Config is good.
type Config struct {
	Name  string // of the containers; "dirac-apis" if empty
	Root  string // of the containers; "" is the server's
	Title string
	Doc   string
	// Authenticate is the containers' own way of knowing callers; nil leaves
	// it to rest.Serve, or to the gateway that a program joins.
	Authenticate func(http.ResponseWriter, *http.Request) (who.Principal, error)
	// Grants are kinds of credentials, by name in upper case: further ones, or
	// SSL, JWT and so on in place of what Authenticate says.
	Grants        map[string]Grant
	DefaultGrants []string // of handlers that say nothing; nil is all usual ones, VISITOR last
	// Option looks an option up by its path, "/Systems/Framework/APIs/Auth/Port"
	// (see Call.Option); nil finds none. Of each handler's section these count:
	//
	//	Authorization/METHOD, Grants/METHOD   in place of what the endpoint says
	//	Authorization/Default, Grants/Default where neither it nor its handler says anything
	//	Port, LogLevel
	//
	// METHOD is "job", or "post_job" for the verb alone.
	Option func(path string) (value string, ok bool)
	// Address is where a request came from; nil: the connection's other end.
	Address func(*http.Request) string
	Errnos  map[int]Errno // an extension's numbers of errors
	Lazy    bool          // handlers are prepared by their first request
	MaxBody int64         // bytes of a request's body; 0 is 1 MiB
	Log     *slog.Logger  // nil: nothing is logged
}

func (c Config) filled() Config {
	if c.Name == "" {
		c.Name = "dirac-apis"
	}
	if c.Title == "" {
		c.Title = "DIRAC APIs"
	}
	if c.DefaultGrants == nil {
		c.DefaultGrants = defaultGrants
	}
	if c.Option == nil {
		c.Option = func(string) (string, bool) { return "", false }
	}
	if c.Address == nil {
		c.Address = peer
	}
	if c.MaxBody == 0 {
		c.MaxBody = 1 << 20
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

func peer(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// first is the first option of a section that is set, taken apart at commas.
// One that is set and empty is found, too.
func (c Config) first(section string, names ...string) (words []string, ok bool) {
	for _, name := range names {
		if text, found := c.Option(section + "/" + name); found {
			return split([]string{text}), true
		}
	}
	return nil, false
}

// authenticate is the containers' Authenticate: it answers for requests that
// no endpoint is found for. Where there are no grants of their own, whoever
// serves the container decides.
func (a *App) authenticate() func(http.ResponseWriter, *http.Request) (who.Principal, error) {
	own := a.cfg.Authenticate
	if len(a.cfg.Grants) == 0 {
		return own
	}
	known := func(w http.ResponseWriter, r *http.Request) rest.Known {
		return func() (who.Principal, error) {
			if own == nil {
				return who.Principal{}, nil
			}
			return own(w, r)
		}
	}
	return func(w http.ResponseWriter, r *http.Request) (who.Principal, error) {
		s := asking{w: w, r: r, known: known(w, r)}
		return s.search(a.grants, a.cfg.Log)
	}
}

// level is a handler's own level of logging: "debug", "INFO" and so on.
func level(text string) (slog.Level, bool) {
	var l slog.Level
	switch text = strings.ToUpper(text); text { // DIRAC's names beside slog's
	case "VERBOSE":
		text = "DEBUG"
	case "NOTICE":
		text = "INFO"
	case "FATAL", "EXCEPTION":
		text = "ERROR"
	}
	return l, l.UnmarshalText([]byte(text)) == nil
}
