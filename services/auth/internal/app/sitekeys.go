package app

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"regexp"
	"time"

	"github.com/heddle-dev/heddle/services/auth/authapi"
	"github.com/heddle-dev/heddle/services/auth/internal/key"
)

// siteKeyID is a thumbprint, and as that a subject token.
var siteKeyID = regexp.MustCompile(`^[0-9a-f]{32,128}$`)

// AnnounceSite implements authapi.Standing.
func (a *App) AnnounceSite(ctx context.Context, r authapi.SiteKey) (authapi.Empty, error) {
	var c checks
	if !siteKeyID.MatchString(r.ID) {
		c.add("id", errors.New("must be a thumbprint in lower-case hexadecimal digits"))
	}
	if _, err := certificateEnd(r.Certificate); err != nil {
		c.add("certificate", err)
	}
	if err := c.err(); err != nil {
		return authapi.Empty{}, err
	}
	return authapi.Empty{}, a.keyCommand(ctx, r.ID, key.Announce{ID: r.ID, JWK: r.JWK, Use: key.Site, Certificate: r.Certificate, Active: true})
}

// certificateEnd is when the first certificate of a PEM text ends.
func certificateEnd(text string) (time.Time, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil || block.Type != "CERTIFICATE" {
		return time.Time{}, errors.New("must be a certificate in PEM form")
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return time.Time{}, errors.New("must be a certificate in PEM form")
	}
	return c.NotAfter, nil
}

// endSites retires the keys of certificates that have ended, and says when the
// next one does.
func (a *App) endSites(ctx context.Context, known []key.Dated) (next time.Time, changed bool, err error) {
	for _, k := range known {
		if k.Use != key.Site || k.Stage == key.Over {
			continue
		}
		end, err := certificateEnd(k.Certificate)
		switch {
		case err != nil: // of a stranger; it stays
		case a.Now().Before(end):
			next = sooner(next, end)
		default:
			if err := a.keyCommand(ctx, k.ID, key.Retire{}); err != nil {
				return next, changed, err
			}
			changed = true
		}
	}
	return next, changed, nil
}
