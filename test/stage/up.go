package stage

import (
	"fmt"
	"os"
	"regexp"
	"time"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
)

// Heddle is `heddle up --demo` in a process of its own.
type Heddle struct {
	*Process
	URL  string // http://127.…
	TLS  string // https://127.…
	NATS string // nats://127.…
	Dir  string
}

var urls = regexp.MustCompile(`(https?|nats)://[^\s,/)]+`)

// Up starts the binary with its data in dir, on an address of its own unless
// env says otherwise, and waits until it is ready.
func Up(binary, dir string, env ...string) (*Heddle, error) {
	host := listentest.Host()
	p, err := Start("heddle up", binary, append([]string{
		"HEDDLE_DATA=" + dir, "HEDDLE_LISTEN=" + host + ":8080", "HEDDLE_NATS_LISTEN=" + host + ":4222",
	}, env...), "up", "--demo")
	if err != nil {
		return nil, err
	}
	line, err := p.Line("ready", 30*time.Second)
	if err != nil {
		p.Kill()
		return nil, err
	}
	h := &Heddle{Process: p, Dir: dir}
	for _, m := range urls.FindAllStringSubmatch(line, -1) {
		switch m[1] {
		case "http":
			h.URL = m[0]
		case "https":
			if h.TLS == "" {
				h.TLS = m[0]
			}
		case "nats":
			h.NATS = m[0]
		}
	}
	if h.URL == "" || h.TLS == "" || h.NATS == "" {
		p.Kill()
		return nil, fmt.Errorf("stage: the ready line names not all doors: %q", line)
	}
	return h, nil
}

// Tell runs stories, a *testing.M, on one Heddle of their own: it notes the
// binary and what runs for them, and returns the code to exit with.
func Tell(stories interface{ Run() int }, binary *string, up **Heddle) int {
	code, err := tell(stories, binary, up)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

func tell(stories interface{ Run() int }, binary *string, up **Heddle) (code int, err error) {
	dir, err := os.MkdirTemp("", "heddle-stories-")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	if *binary, err = Build(dir, "cmd/heddle"); err != nil {
		return 1, err
	}
	if *up, err = Up(*binary, dir+"/data", "HEDDLE_OUTBOUND_ALLOW=127.0.0.1"); err != nil { // where tests have servers of their own
		return 1, err
	}
	defer func() {
		if terr := (*up).Terminate(20 * time.Second); terr != nil && err == nil {
			err = terr
		}
	}()
	return stories.Run(), nil
}
