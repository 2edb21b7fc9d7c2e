package rest_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/pkg/who"
)

type benchRequest struct {
	ID    string `path:"id"`
	Limit int    `query:"limit" default:"20"`
}

type benchAnswer struct {
	ID    string `json:"id"`
	Limit int    `json:"limit"`
}

func drive(b *testing.B, h http.Handler) {
	b.ReportAllocs()
	r := httptest.NewRequest("GET", "/api/jobs/0000000000a?limit=7", nil)
	for b.Loop() {
		h.ServeHTTP(httptest.NewRecorder(), r.Clone(context.Background()))
	}
}

// BenchmarkHandle is a typed route with everything around it.
func BenchmarkHandle(b *testing.B) {
	drive(b, server(b, rest.Container{Root: "/api", Routes: []rest.Route{
		rest.Handle("GET /jobs/{id}", who.Public, titled, func(_ context.Context, q benchRequest) (benchAnswer, error) {
			return benchAnswer(q), nil
		})}}))
}

// BenchmarkNetHTTP is the yardstick: the same answer by hand.
func BenchmarkNetHTTP(b *testing.B) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/jobs/{id}", func(w http.ResponseWriter, r *http.Request) {
		limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(benchAnswer{r.PathValue("id"), limit})
	})
	drive(b, mux)
}
