package page

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
)

var (
	//go:embed frame/frame.css
	frameSheet string
	//go:embed frame/parts.css
	partsSheet string

	blank      = regexp.MustCompile(`(?s)/\*.*?\*/|\s*\n\s*`)
	frameStyle = blank.ReplaceAllString(frameSheet, "")
	partsStyle = blank.ReplaceAllString(partsSheet, "")
)

// Style is the style sheet, for pages that do not use the frame.
func Style() string { return frameStyle + partsStyle }

// Policy is what a page may do beyond showing itself. The zero Policy lets it
// send forms to its own server, and nothing else.
type Policy struct {
	// Form is the address to which the answer to a form may redirect: browsers
	// hold that against the page's policy, too.
	Form string
	// Assets lets the page load style, scripts, images and fonts from its own server,
	// and ask that server by script.
	Assets bool
	// Inline lets its scripts set styles, as Swagger UI does.
	Inline bool
}

// Set says in the headers of an answer that it is a page under this policy:
// framed by nobody, kept by nobody, and its address told to nobody.
func (p Policy) Set(h http.Header) {
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", p.String())
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
}

// ownStyles are the style elements of the frame, in the words of a policy.
var ownStyles = hash(frameStyle) + " " + hash(partsStyle)

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// String is the policy in the words of Content-Security-Policy (CSP 3).
func (p Policy) String() string {
	styles := "style-src " + ownStyles
	switch {
	case p.Inline: // a hash beside it would make browsers ignore it
		styles = "style-src 'self' 'unsafe-inline'"
	case p.Assets:
		styles += " 'self'"
	}
	parts := []string{"default-src 'none'", styles}
	if p.Assets || p.Inline {
		parts = append(parts, "img-src 'self' data:", "script-src 'self'", "font-src 'self'", "connect-src 'self'")
	} else {
		parts = append(parts, "img-src data:")
	}
	forms := "form-action 'self'"
	if source := formSource(p.Form); source != "" {
		forms += " " + source
	}
	return strings.Join(append(parts, "base-uri 'none'", "frame-ancestors 'none'", forms), "; ")
}

var (
	webOrigin = regexp.MustCompile(`^https?://[A-Za-z0-9.-]+(:[0-9]+)?`)
	scheme    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)
)

// formSource is an address in the words of a policy, which knows no IPv6
// addresses and no hosts of private schemes: of those the scheme is allowed.
func formSource(target string) string {
	if origin := webOrigin.FindString(target); origin != "" {
		return origin
	}
	return scheme.FindString(target)
}
