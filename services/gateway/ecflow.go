package gateway

import (
	"cmp"
	"os"

	"github.com/heddle-dev/heddle/pkg/rest"
	"github.com/heddle-dev/heddle/services/gateway/internal/ecflow"
	"github.com/heddle-dev/heddle/services/gateway/internal/edge"
	"github.com/heddle-dev/heddle/services/gateway/internal/tokenfile"
)

// Who may change things at ecFlow's door without TLS.
const (
	plainDemo     = "demo"
	plainLoopback = "loopback"
	plainNever    = "never"
)

func (c EcflowConfig) filled() EcflowConfig {
	c.TokensFile = tokenfile.Path(c.TokensFile, os.Getenv)
	c.ProxyUser = cmp.Or(c.ProxyUser, "ecflow_http")
	c.PlainHTTP = cmp.Or(c.PlainHTTP, plainDemo)
	c.Engine = cmp.Or(c.Engine, "localhost:3141")
	return c
}

// loopback reports whether users of this machine need no TLS. Behind a proxy
// everybody seems to be one.
func (c Config) loopback() bool {
	plain := c.Ecflow.PlainHTTP == plainLoopback || c.Ecflow.PlainHTTP == plainDemo && c.Demo
	return plain && !c.TrustForwarded
}

// ecflow is ecFlow's door. There is no engine of suites yet: what needs one is
// answered as by ecFlow's own gateway whose engine is away.
func (s *Service) ecflow(prover edge.Prover) rest.Container {
	return ecflow.Container(ecflow.Deps{
		Prover: prover, Tokens: s.ecfTokens, ProxyUser: s.cfg.Ecflow.ProxyUser, Secure: s.secure, Loopback: s.cfg.loopback(),
		AuthGet: s.cfg.Ecflow.AuthGet, Address: s.cfg.Ecflow.Engine, Now: s.deps.Now,
	})
}
