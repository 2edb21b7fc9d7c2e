package carry

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkFetch brings 256 MiB from a server on this machine; the yardstick
// beside it is a bare client that copies them into a file and flushes it.
func BenchmarkFetch(b *testing.B) {
	const size = 256 << 20
	file := filepath.Join(b.TempDir(), "f")
	if err := os.WriteFile(file, make([]byte, size), 0o600); err != nil {
		b.Fatal(err)
	}
	url := serve(b, func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, file) })
	b.Run("carry", func(b *testing.B) {
		w := start(b)
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := w.carry(b.Context(), in(url, "f")); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("yardstick", func(b *testing.B) {
		to := filepath.Join(b.TempDir(), "f")
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			res, err := http.Get(url)
			if err != nil {
				b.Fatal(err)
			}
			f, err := os.Create(to)
			if err != nil {
				b.Fatal(err)
			}
			if _, err := io.Copy(f, res.Body); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
			f.Close()
			res.Body.Close()
		}
	})
}
