package gateway

import "github.com/heddle-dev/heddle/pkg/rest"

// document describes one door in OpenAPI 3.1, as it is reached at a URL.
func (s *Service) document(c rest.Container, url string) ([]byte, error) {
	return rest.OpenAPI(rest.Info{
		Title: c.Title, Version: s.cfg.Version, Doc: c.Doc, Servers: []string{url},
	}, c)
}
