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

		"unicore-methods":                               {UnicoreMethods: []string{"password", "kerberos"}},
		"client-certificates is":                        {ClientCertificates: "maybe"},
		"trust-client-certificate-header and balancers": {TrustClientHeader: "Client-Cert"},
		`balancers: "x"`:                                {TrustClientHeader: "Client-Cert", Balancers: []string{"192.0.2.7", "x"}},
	} {
		if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
