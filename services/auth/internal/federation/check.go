package federation

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/auth/internal/group"
	"github.com/heddle-dev/heddle/services/auth/internal/user"
)

var nameSyntax = regexp.MustCompile(`^[a-z][a-z0-9-]{0,31}$`)

// check collects what is wrong with the configuration. A name or an issuer
// that two have is wrong too: nobody could tell whose user or token it is.
func check(list []Config) error {
	var errs []error
	names, issuers := map[string]bool{}, map[string]bool{}
	for i, c := range list {
		fail := func(format string, args ...any) {
			errs = append(errs, fmt.Errorf("provider %d (%s): %s", i+1, c.Name, fmt.Sprintf(format, args...)))
		}
		if names[c.Name] || issuers[c.Issuer] {
			fail("another one has the same name or issuer")
		}
		names[c.Name], issuers[c.Issuer] = true, true
		c.check(fail)
	}
	return errors.Join(errs...)
}

func (c Config) check(fail func(string, ...any)) {
	if !nameSyntax.MatchString(c.Name) {
		fail("name must be a small letter followed by up to 31 small letters, digits or dashes")
	}
	if title, err := user.ParseRealName(c.Title); err != nil || title == "" {
		fail("title %v", user.ErrRealName)
	}
	if !safeAddress(c.Issuer, true) || strings.ContainsAny(c.Issuer, "?#") {
		fail("issuer must be an https address without a query; http is for loopback only")
	}
	if c.ClientID == "" {
		fail("client_id is missing")
	}
	if _, err := c.secret(); err != nil {
		fail("client_secret_file: %v", err)
	}
	if !slices.Contains(c.Scopes, "openid") {
		fail(`scopes must have "openid" among them`)
	}
	for theirs, ours := range c.Groups {
		if _, err := group.ParseName(ours); err != nil {
			fail("groups: %q: %v", theirs, err)
		}
	}
	c.checkBearer(fail)
}

// checkBearer keeps ID tokens apart from access tokens: theirs name the client
// as their audience.
func (c Config) checkBearer(fail func(string, ...any)) {
	if c.Bearer && len(c.Audiences) == 0 {
		fail("bearer needs audiences, or any application's tokens would be good here")
	}
	if slices.Contains(c.Audiences, c.ClientID) || slices.Contains(c.Audiences, "") {
		fail("audiences must name this service as the provider's API, and not the client_id: that is what ID tokens have")
	}
}

// safeAddress reports whether nobody on the way can read or change what goes
// to an address.
func safeAddress(text string, loopback bool) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && loopback && isLoopback(u)
}

func isLoopback(u *url.URL) bool {
	if u.Hostname() == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.IsLoopback()
}

// onLoopback reports whether the provider itself is on this machine; only then
// may what it names be, too.
func (c Config) onLoopback() bool {
	u, err := url.Parse(c.Issuer)
	return err == nil && isLoopback(u)
}
