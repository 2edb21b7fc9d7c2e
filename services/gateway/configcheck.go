package gateway

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/heddle-dev/heddle/services/gateway/internal/core4"
	"github.com/heddle-dev/heddle/services/gateway/internal/core4/jobdef"
	"github.com/heddle-dev/heddle/services/gateway/internal/unicore"
	"github.com/heddle-dev/heddle/services/gateway/internal/userdata"
)

// defaultSite is the UNICORE site of a gateway that is told of none.
const defaultSite = "DEMO-SITE"

var siteName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*$`)

// Validate says what is wrong with the configuration.
func (c Config) Validate() error {
	var errs []error
	for name, text := range map[string]string{"external-url": c.ExternalURL, "issuer": c.Issuer} {
		if u, err := url.Parse(text); text != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
			errs = append(errs, fmt.Errorf("%s must be an http or https address", name))
		}
	}
	sites := append([]string{cmp.Or(c.Site, defaultSite)}, c.UnicoreSites...)
	for i, name := range sites {
		switch {
		case !siteName.MatchString(name):
			errs = append(errs, errors.New("site and unicore-sites may have letters, digits, dots, dashes and underscores"))
		case slices.Contains(sites[:i], name):
			errs = append(errs, fmt.Errorf("site and unicore-sites name %q twice", name))
		}
	}
	for _, m := range c.UnicoreMethods {
		if !slices.Contains(unicore.Methods, m) {
			errs = append(errs, fmt.Errorf("unicore-methods are of %s, not %q", strings.Join(unicore.Methods, ", "), m))
		}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		errs = append(errs, errors.New("tls-cert and tls-key go together"))
	}
	if !slices.Contains([]string{"", ask, "off"}, c.ClientCertificates) {
		errs = append(errs, errors.New("client-certificates is ask or off"))
	}
	if (c.TrustClientHeader == "") != (len(c.Balancers) == 0) {
		errs = append(errs, errors.New("trust-client-certificate-header and balancers go together"))
	}
	if _, err := networks(c.Balancers); err != nil {
		errs = append(errs, err)
	}
	if _, err := prefixes(c.AppNetworks); err != nil {
		errs = append(errs, err)
	}
	if c.SessionLifetime < 0 || c.MaxConnections < 0 || c.Drain < 0 || c.Replicas < 0 {
		errs = append(errs, errors.New("session-lifetime, max-connections, drain and replicas must not be negative"))
	}
	if c.Core4.TokenRefresh < 0 || !slices.Contains([]string{"", core4.RedirectAuto, core4.RedirectAlways, core4.RedirectNever}, c.Core4.LoginRedirect) {
		errs = append(errs, errors.New("core4-token-refresh must not be negative, and core4-login-redirect is auto, always or never"))
	}
	if !slices.Contains([]string{"", plainDemo, plainLoopback, plainNever}, c.Ecflow.PlainHTTP) {
		errs = append(errs, errors.New("ecflow-plain-http is demo, loopback or never"))
	}
	if c.Core4.AvatarLimit < 0 || c.Core4.AvatarLimit > userdata.MaxValue {
		errs = append(errs, fmt.Errorf("core4-avatar-limit must be from 0 to %d", userdata.MaxValue))
	}
	if err := c.Core4.Channels.validate(); err != nil {
		errs = append(errs, err)
	}
	errs = append(errs, c.Outbound.Validate(), c.Notify.Validate())
	if _, err := jobdef.Load(c.Core4.Jobs); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// filled puts the defaults where nothing is set.
func (c Config) filled() Config {
	if len(c.Listen) == 0 {
		c.Listen = []string{"127.0.0.1:8080"}
	}
	c.Issuer = cmp.Or(c.Issuer, "http://127.0.0.1:8080")
	c.Site = cmp.Or(c.Site, defaultSite)
	c.Version = cmp.Or(c.Version, "dev")
	c.ClientCertificates = cmp.Or(c.ClientCertificates, ask)
	if len(c.AppNetworks) == 0 {
		c.AppNetworks = []string{"127.0.0.0/8", "::1/128"}
	}
	c.Ecflow = c.Ecflow.filled()
	return c
}
