package resttest

import (
	"log/slog"
	"net/http"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

// Containers is the test of a program of one's own: that its containers could
// be served, that each route has a title and a text, and that its examples go
// as they are written, for somebody who is user.
func Containers(t Test, user who.Principal, containers ...rest.Container) {
	t.Helper()
	for i := range containers {
		if containers[i].Authenticate == nil {
			containers[i].Authenticate = func(http.ResponseWriter, *http.Request) (who.Principal, error) { return user, nil }
		}
	}
	s, err := rest.NewServer(slog.New(slog.DiscardHandler), containers...)
	if err != nil {
		t.Errorf("%v", err)
		return
	}
	Run(t, s, nil, s.Routes())
}
