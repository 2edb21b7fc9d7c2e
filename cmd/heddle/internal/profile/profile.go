// Package profile knows where the command-line client keeps what it remembers
// between calls: which server, and the token to show it. It is separate so
// that the paths and the file mode are decided in one place.
package profile

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// Profile is what `heddle login` leaves behind.
type Profile struct {
	URL     string    `json:"url"`
	User    string    `json:"user"`
	Token   string    `json:"token"`
	Expires time.Time `json:"expires"`
	// Refresh gets the next token; it is used up by that.
	Refresh string `json:"refresh,omitempty"`
}

// Path is where the profile lies: $HEDDLE_CONFIG, else
// $XDG_STATE_HOME/heddle/credentials.json, else ~/.local/state/….
func Path(getenv func(string) string) string {
	if p := getenv("HEDDLE_CONFIG"); p != "" {
		return p
	}
	dir := getenv("XDG_STATE_HOME")
	if dir == "" {
		home, _ := os.UserHomeDir()
		dir = filepath.Join(home, ".local", "state")
	}
	return filepath.Join(dir, "heddle", "credentials.json")
}

// Load reads the profile; none is the zero Profile.
func Load(path string) (Profile, error) {
	var p Profile
	b, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(b, &p)
}

// Save writes the profile so that only its owner can read it, and it is the
// old one or the new one whatever happens.
func Save(path string, p Profile) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	b, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // 0600
	if err != nil {
		return err
	}
	_, err = tmp.Write(append(b, '\n'))
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

// Resolve overlays the environment on the profile: HEDDLE_URL, HEDDLE_TOKEN,
// HEDDLE_TOKEN_FILE. A token is only sent to the server it came from: with
// another URL than the profile's, the profile's token is left out.
func Resolve(p Profile, url string, getenv func(string) string) (Profile, error) {
	if url == "" {
		url = getenv("HEDDLE_URL")
	}
	if url != "" && strings.TrimRight(url, "/") != strings.TrimRight(p.URL, "/") {
		p = Profile{URL: url}
	}
	if p.URL == "" {
		p.URL = "http://127.0.0.1:8080"
	}
	p.URL = strings.TrimRight(p.URL, "/")
	if t := getenv("HEDDLE_TOKEN"); t != "" {
		p.Token, p.Refresh = t, ""
	} else if f := getenv("HEDDLE_TOKEN_FILE"); f != "" {
		b, err := os.ReadFile(f)
		if err != nil {
			return p, err
		}
		p.Token, p.Refresh = strings.TrimSpace(string(b)), ""
	}
	return p, nil
}
