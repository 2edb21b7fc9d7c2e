package stage

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/heddle-dev/heddle/pkg/listen/listentest"
)

// Split is Heddle as separate processes, as in production: NATS, Redis, auth,
// two replicas of jobs, files, a runner, and two gateways. Each has a data
// directory of its own and an address of its own on the loopback network, so
// that a part that is killed and started again is the same part.
type Split struct {
	Dir   string // data of all parts
	bin   string // the binaries
	host  string // 127.x.y.z
	parts map[string]*Process
}

// Parts names the parts of a Split, in an order in which they could sensibly
// be started.
func Parts() []string {
	return []string{"nats", "redis", "auth", "jobs-1", "jobs-2", "files", "runner", "gateway-1", "gateway-2"}
}

// NewSplit prepares a Split that uses the binaries in bin; nothing runs yet.
func NewSplit(bin, dir string) (*Split, error) {
	s := &Split{Dir: dir, bin: bin, parts: map[string]*Process{}, host: listentest.Host()}
	for _, p := range Parts() {
		if err := os.MkdirAll(s.Data(p), 0o700); err != nil {
			return nil, err
		}
	}
	conf := fmt.Sprintf("listen: %s:4222\nhttp: %s:8222\nmax_payload: 4MB\njetstream { store_dir: %q, sync_interval: 250ms }\n", s.host, s.host, s.Data("nats"))
	return s, os.WriteFile(filepath.Join(dir, "nats.conf"), []byte(conf), 0o600)
}

// Data is the directory of a part.
func (s *Split) Data(part string) string { return filepath.Join(s.Dir, part) }

// Site is the directory of homes and working directories, which files and the
// runner share.
func (s *Split) Site() string { return filepath.Join(s.Dir, "site") }

// Gateway is the URL of gateway n (1 or 2).
func (s *Split) Gateway(n int) string { return fmt.Sprintf("http://%s:%d", s.host, 8080+n) }

// NATS is the URL of the NATS server.
func (s *Split) NATS() string { return "nats://" + s.host + ":4222" }

// NATSMonitor is the URL of the NATS server's monitoring.
func (s *Split) NATSMonitor() string { return "http://" + s.host + ":8222" }

// Redis is the URL of the Redis server.
func (s *Split) Redis() string { return "redis://" + s.host + ":6379/0" }

// Part is the process of a part, or nil if it was never started.
func (s *Split) Part(name string) *Process { return s.parts[name] }

// Start starts a part; it does not wait until it is ready.
func (s *Split) Start(part string) error {
	path, env, args := s.program(part)
	p, err := Start(part, path, env, args...)
	if err == nil {
		s.parts[part] = p
	}
	return err
}

// Ready waits until a part says that it is ready.
func (s *Split) Ready(part string, limit time.Duration) error {
	port, ok := health[part]
	if !ok {
		return nil
	}
	url := fmt.Sprintf("http://%s:%d/readyz", s.host, port)
	end := time.Now().Add(limit)
	c := http.Client{Timeout: 2 * time.Second}
	for {
		resp, err := c.Get(url)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-s.parts[part].Exited():
			return fmt.Errorf("%s has ended:\n%s", part, s.parts[part].Output())
		case <-time.After(20 * time.Millisecond):
		}
		if time.Now().After(end) {
			return fmt.Errorf("%s is not ready after %v:\n%s", part, limit, s.parts[part].Output())
		}
	}
}

// health are the ports on which the parts tell how they are.
var health = map[string]int{"auth": 9001, "jobs-1": 9002, "jobs-2": 9003, "files": 9004, "runner": 9005, "gateway-1": 9006, "gateway-2": 9007}

// program says how a part is run.
func (s *Split) program(part string) (path string, env, args []string) {
	site := s.Site()
	env = []string{
		"HEDDLE_NATS_URL=" + s.NATS(), "HEDDLE_DATA=" + s.Data(part), "HEDDLE_DEMO=true", "HEDDLE_LOG_LEVEL=info",
		"HEDDLE_ISSUER=http://heddle.test", "HEDDLE_WORKDIRS=" + filepath.Join(site, "jobs"), "HEDDLE_FILES_ROOT=" + site,
		"HEDDLE_OUTBOUND_ALLOW=127.0.0.1", // where tests have servers of their own
	}
	if port, ok := health[part]; ok {
		env = append(env, fmt.Sprintf("HEDDLE_HEALTH_LISTEN=%s:%d", s.host, port))
	}
	bin := func(name string) string { return filepath.Join(s.bin, name) }
	switch part {
	case "nats":
		return bin("nats-server"), env, []string{"-c", filepath.Join(s.Dir, "nats.conf")}
	case "redis":
		return "/usr/bin/redis-server", env, []string{"--bind", s.host, "--port", "6379", "--dir", s.Data("redis"), "--appendonly", "yes"}
	case "auth":
		return bin("heddle-auth"), append(env, "HEDDLE_REDIS="+s.Redis()), nil
	case "jobs-1", "jobs-2":
		return bin("heddle-jobs"), env, nil
	case "files":
		return bin("heddle-files"), append(env, "HEDDLE_FILES_LISTEN="+s.host+":9100"), nil
	case "gateway-1", "gateway-2":
		n := 1
		if part == "gateway-2" {
			n = 2
		}
		env = append(env, "HEDDLE_OUTBOUND_ALLOW=127.0.0.0/8") // receivers of notifications
		return bin("heddle-gateway"), append(env, fmt.Sprintf("HEDDLE_LISTEN=%s:%d", s.host, 8080+n), "HEDDLE_REDIS="+s.Redis()), nil
	default:
		return bin("heddle-" + part), env, nil
	}
}

// StartAll starts the parts in the given order without waiting in between,
// and then waits until all are ready.
func (s *Split) StartAll(order []string, limit time.Duration) error {
	for _, p := range order {
		if err := s.Start(p); err != nil {
			return err
		}
	}
	for _, p := range order {
		if err := s.Ready(p, limit); err != nil {
			return err
		}
	}
	return nil
}

// Stop ends all parts, the last first.
func (s *Split) Stop() {
	parts := Parts()
	for i := len(parts) - 1; i >= 0; i-- {
		if p := s.parts[parts[i]]; p != nil {
			_ = p.Terminate(10 * time.Second) // what does not end is killed
		}
	}
}
