// Package federation is Heddle as a client of other OpenID providers: it sends
// browsers there and reads what they bring back. It is separate because it is
// the only part of the auth service that dials out, to hosts that are somebody
// else's and may answer anything or nothing; what it hands on is checked, and
// how much and how long they may answer is bounded here.
package federation

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Config is one provider, as the configuration file names it.
type Config struct {
	Name        string            `yaml:"name"`  // in addresses and in links of users
	Title       string            `yaml:"title"` // for people; empty: the name
	Issuer      string            `yaml:"issuer"`
	ClientID    string            `yaml:"client_id"`
	SecretFile  string            `yaml:"client_secret_file"` // empty: a public client
	Scopes      []string          `yaml:"scopes"`
	UserClaim   string            `yaml:"user_claim"`   // what a new user is called
	GroupsClaim string            `yaml:"groups_claim"` // what Groups are looked up in
	Groups      map[string]string `yaml:"groups"`       // theirs → ours
	Create      bool              `yaml:"create"`       // register who is not known yet
	Bearer      bool              `yaml:"bearer"`       // take the provider's access tokens
	Audiences   []string          `yaml:"audiences"`    // that such a token must have one of
	VerifyEmail *bool             `yaml:"verify_email"` // take an address only if the provider verified it; nil: true
}

// Load reads the configuration file; no path is no provider.
func Load(path string) ([]Config, error) {
	if path == "" {
		return nil, nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("federation: %w", err)
	}
	var list []Config
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&list); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("federation: %s: %w", path, err)
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("federation: %s: there must be one list of providers and nothing after it", path)
	}
	for i := range list {
		list[i].fill(filepath.Dir(path))
	}
	if err := check(list); err != nil {
		return nil, fmt.Errorf("federation: %s: %w", path, err)
	}
	return list, nil
}

// fill puts the defaults where nothing is set. A file is looked for beside the
// configuration.
func (c *Config) fill(dir string) {
	if c.Title == "" {
		c.Title = c.Name
	}
	if c.SecretFile != "" && !filepath.IsAbs(c.SecretFile) {
		c.SecretFile = filepath.Join(dir, c.SecretFile)
	}
	if c.Scopes == nil {
		c.Scopes = []string{"openid", "profile"}
	}
	if c.UserClaim == "" {
		c.UserClaim = "preferred_username"
	}
	if c.GroupsClaim == "" {
		c.GroupsClaim = "groups"
	}
}

// secret is read at each use, so that it can be replaced without a restart and
// is in no value that somebody might print.
func (c Config) secret() (string, error) {
	if c.SecretFile == "" {
		return "", nil
	}
	b, err := os.ReadFile(c.SecretFile)
	if err != nil {
		return "", err
	}
	s := strings.TrimRight(string(b), "\r\n")
	if s == "" {
		return "", fmt.Errorf("%s is empty", c.SecretFile)
	}
	return s, nil
}

func (c Config) verifiedOnly() bool { return c.VerifyEmail == nil || *c.VerifyEmail }
