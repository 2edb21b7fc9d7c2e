package cert

import (
	"crypto/tls"
	"fmt"
	"os"
	"time"
)

// files is the operator's certificate.
type files struct {
	cert, key string

	changed time.Time // the newer of the two, when they were read
	current *tls.Certificate
}

func (f *files) load(time.Time) (*tls.Certificate, error) {
	changed, err := newest(f.cert, f.key)
	if err != nil {
		return nil, fmt.Errorf("cert: %w", err)
	}
	if f.current != nil && changed.Equal(f.changed) {
		return f.current, nil
	}
	c, err := tls.LoadX509KeyPair(f.cert, f.key)
	if err != nil {
		return nil, fmt.Errorf("cert: %s and %s: %w", f.cert, f.key, err)
	}
	f.changed, f.current = changed, &c
	return f.current, nil
}

func newest(names ...string) (time.Time, error) {
	var t time.Time
	for _, n := range names {
		fi, err := os.Stat(n)
		if err != nil {
			return t, err
		}
		if fi.ModTime().After(t) {
			t = fi.ModTime()
		}
	}
	return t, nil
}
