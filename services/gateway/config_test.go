package gateway_test

import (
	"strings"
	"testing"

	"github.com/heddle-dev/heddle/services/gateway"
)

func TestConfigNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	if err := (gateway.Config{}).Validate(); err != nil {
		t.Errorf("the zero Config: %v", err)
	}
	for want, cfg := range map[string]gateway.Config{
		"external-url":    {ExternalURL: "hpc.example.org"},
		"issuer":          {Issuer: "ftp://x"},
		"site":            {Site: "a/b"},
		"tls-cert":        {TLSCert: "x.pem"},
		"max-connections": {MaxConnections: -1},

		"unicore-sites may":                             {UnicoreSites: []string{"a/b"}},
		`name "DEMO-SITE" twice`:                        {UnicoreSites: []string{"DEMO-SITE"}},
		"unicore-methods":                               {UnicoreMethods: []string{"password", "kerberos"}},
		"ecflow-plain-http is":                          {Ecflow: gateway.EcflowConfig{PlainHTTP: "always"}},
		"core4-avatar-limit":                            {Core4: gateway.Core4Config{AvatarLimit: 1 << 20}},
		"core4-channels-frame":                          {Core4: gateway.Core4Config{Channels: gateway.Core4ChannelsConfig{Frame: 1 << 20}}},
		"core4-channels-* must not":                     {Core4: gateway.Core4Config{Channels: gateway.Core4ChannelsConfig{Rate: -1}}},
		"core4-channels-* must":                         {Core4: gateway.Core4Config{Channels: gateway.Core4ChannelsConfig{Ping: -1}}},
		"jobs of core4":                                 {Core4: gateway.Core4Config{Jobs: "/nonexistent"}},
		"client-certificates is":                        {ClientCertificates: "maybe"},
		"trust-client-certificate-header and balancers": {TrustClientHeader: "Client-Cert"},
		`balancers: "x"`:                                {TrustClientHeader: "Client-Cert", Balancers: []string{"192.0.2.7", "x"}},
	} {
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
