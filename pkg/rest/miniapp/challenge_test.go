package miniapp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest/miniapp"
)

func TestOnlyWhoKnowsTheKeyAnswersAChallenge(t *testing.T) {
	t.Parallel()
	key := miniapp.NewKey()
	for name, c := range map[string]struct {
		listens http.HandlerFunc
		good    bool
	}{
		"the program":     {func(w http.ResponseWriter, r *http.Request) { miniapp.Answer(w, r, key) }, true},
		"another program": {func(w http.ResponseWriter, r *http.Request) { miniapp.Answer(w, r, miniapp.NewKey()) }, false},
		"an echo":         {func(w http.ResponseWriter, r *http.Request) { _ = r.Header.Write(w) }, false},
		"something else":  {http.NotFound, false},
	} {
		srv := httptest.NewServer(c.listens)
		defer srv.Close()
		if err := miniapp.Challenge(t.Context(), srv.Client(), srv.URL, key); (err == nil) != c.good {
			t.Errorf("%s: %v", name, err)
		}
	}
	w := httptest.NewRecorder()
	miniapp.Answer(w, httptest.NewRequest("GET", miniapp.ChallengePath, nil), key)
	if body, _ := io.ReadAll(w.Body); w.Code != 400 {
		t.Errorf("without a challenge it says %d %s", w.Code, body)
	}
}
