package files

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/heddle-dev/heddle/pkg/outbound"
	"github.com/heddle-dev/heddle/services/files/internal/sandbox"
	"github.com/heddle-dev/heddle/services/files/internal/storage"
	"github.com/heddle-dev/heddle/services/jobs/jobsapi"
)

// Config is how a replica is set up. The zero Config works.
type Config struct {
	Root            string `conf:"root" env:"HEDDLE_FILES_ROOT" doc:"Directory of the homes; replicas share it. Default: files in the data directory."`
	WorkDirs        string `conf:"workdirs" env:"HEDDLE_WORKDIRS" doc:"Directory of the jobs' working directories, shared with the runners; default: workdirs in the data directory."`
	Listen          string `conf:"listen" env:"HEDDLE_FILES_LISTEN" default:"127.0.0.1:0" doc:"Where to listen for the bytes of files."`
	Advertise       string `conf:"advertise" env:"HEDDLE_FILES_ADVERTISE" doc:"URL at which the gateway reaches that; default: made of the listening address, with the host's name where that is all addresses."`
	MaxUpload       int64  `conf:"max-upload" env:"HEDDLE_FILES_MAX_UPLOAD" default:"53687091200" doc:"Largest file, in bytes."`
	MaxArchiveFiles int    `conf:"max-archive-files" env:"HEDDLE_FILES_MAX_ARCHIVE_FILES" default:"10000" doc:"Most files in one archive."`
	MaxArchiveBytes int64  `conf:"max-archive-bytes" env:"HEDDLE_FILES_MAX_ARCHIVE_BYTES" default:"10737418240" doc:"Most bytes in one archive, before compression."`
	MaxSandbox      int64  `conf:"max-sandbox" env:"HEDDLE_FILES_MAX_SANDBOX" default:"10485760" doc:"Most bytes of a sandbox: of an archive that is uploaded, or of all files that one is made of."`
	MaxUnpacked     int64  `conf:"max-unpacked" env:"HEDDLE_FILES_MAX_UNPACKED" default:"1073741824" doc:"Most bytes that a sandbox is unpacked to; max-archive-files bounds its files."`

	SandboxKeep time.Duration `conf:"sandbox-keep" env:"HEDDLE_FILES_SANDBOX_KEEP" default:"360h" doc:"How long after its last use a sandbox is removed that no living job names."`

	Replicas int `conf:"replicas" env:"HEDDLE_REPLICAS" default:"1" doc:"Servers that keep each stream."`

	Carry    CarryConfig     `conf:"carry" env:"HEDDLE_CARRY"`
	Outbound outbound.Config `conf:"outbound" env:"HEDDLE_OUTBOUND"`

	// DataDir holds views/<ViewFile>, which can be deleted at any time.
	// Default: .heddle
	DataDir string
	// ViewFile is the name of the read model; replicas on one directory need
	// different ones. Default: files.db
	ViewFile string
}

// Deps is what the service needs from the process it runs in.
type Deps struct {
	NATS *nats.Conn
	Log  *slog.Logger
	// Jobs says who may use the files of a job of somebody else's; nil: the
	// jobs service at NATS.
	Jobs interface {
		Access(context.Context, jobsapi.AccessRequest) (jobsapi.Access, error)
	}
	// Now is the clock; nil: time.Now.
	Now func() time.Time
}

// Validate says what is wrong with the configuration, naming the option.
func (c Config) Validate() error {
	var errs []error
	if u, err := url.Parse(c.Advertise); c.Advertise != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		errs = append(errs, errors.New("advertise must be an http or https URL"))
	}
	if c.MaxUpload < 0 || c.MaxArchiveFiles < 0 || c.MaxArchiveBytes < 0 || c.Replicas < 0 {
		errs = append(errs, errors.New("max-upload, max-archive-files, max-archive-bytes and replicas must not be negative"))
	}
	if c.MaxSandbox < 0 || c.MaxUnpacked < 0 || c.SandboxKeep < 0 {
		errs = append(errs, errors.New("max-sandbox, max-unpacked and sandbox-keep must not be negative"))
	}
	f := c.filled()
	errs = append(errs, c.Carry.Validate(), c.Outbound.Validate(), c.Carry.apart(f.Root, f.WorkDirs, f.DataDir))
	return errors.Join(errs...)
}

// sandboxes are the limits of sandboxes.
func (c Config) sandboxes() sandbox.Limits {
	return sandbox.Limits{Bytes: c.MaxSandbox, Content: storage.Bounds{Files: c.MaxArchiveFiles, Bytes: c.MaxUnpacked}}
}

// filled puts the defaults where nothing is set.
func (c Config) filled() Config {
	c.DataDir = cmp.Or(c.DataDir, ".heddle")
	c.ViewFile = cmp.Or(c.ViewFile, "files.db")
	c.Root = cmp.Or(c.Root, filepath.Join(c.DataDir, "files"))
	c.WorkDirs = cmp.Or(c.WorkDirs, filepath.Join(c.DataDir, "workdirs"))
	c.Listen = cmp.Or(c.Listen, "127.0.0.1:0")
	c.MaxUpload = cmp.Or(c.MaxUpload, 50<<30)
	c.MaxArchiveFiles = cmp.Or(c.MaxArchiveFiles, 10000)
	c.MaxArchiveBytes = cmp.Or(c.MaxArchiveBytes, 10<<30)
	c.Carry = c.Carry.filled()
	c.MaxSandbox = cmp.Or(c.MaxSandbox, 10<<20)
	c.MaxUnpacked = cmp.Or(c.MaxUnpacked, 1<<30)
	c.SandboxKeep = cmp.Or(c.SandboxKeep, 15*24*time.Hour)
	return c
}
