package app

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"go.yaml.in/yaml/v3"

	"github.com/heddle-dev/heddle/pkg/logx"
	"github.com/heddle-dev/heddle/pkg/rest"
)

// Serve makes a program of containers, as rest.Serve does. Its settings are
// those of the file that CORE4_CONFIG names, and of the environment (see
// WithEnvironment), which beats the file.
func Serve(containers ...Container) error {
	config, err := Settings(os.Getenv("CORE4_CONFIG"), os.Environ())
	if err != nil {
		return err
	}
	made, err := Containers(Env{Config: config, Log: logx.New(os.Stderr, "text", slog.LevelInfo)}, containers...)
	if err != nil {
		return err
	}
	return rest.Serve(made...)
}

// maxConfig bounds a file of settings, in bytes.
const maxConfig = 1 << 20

// Settings is the tree of a YAML file, with the environment's in addition. No
// path is no file.
func Settings(path string, environ []string) (map[string]any, error) {
	if path == "" {
		return WithEnvironment(nil, environ), nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("core4's settings: %w", err)
	}
	defer f.Close() //nolint:errcheck // it was only read
	text, err := io.ReadAll(io.LimitReader(f, maxConfig+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("core4's settings: %w", err)
	case len(text) > maxConfig:
		return nil, fmt.Errorf("core4's settings: %s is larger than %d bytes", path, maxConfig)
	}
	var tree map[string]any
	if err := yaml.NewDecoder(bytes.NewReader(text)).Decode(&tree); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("core4's settings: %s: %w", path, err)
	}
	return WithEnvironment(tree, environ), nil
}
