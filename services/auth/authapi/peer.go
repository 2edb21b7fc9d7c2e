package authapi

import (
	"net/netip"
	"time"
)

// Peer is what the gateway saw of a connection. Only components send it, and
// they are believed: no door copies it from what a client wrote.
type Peer struct {
	Address     string       `json:"address,omitempty"` // IP; of IPv6 the /64
	Certificate *Certificate `json:"certificate,omitempty"`
}

// Network is an IP as Address has it. Of IPv6 it is the /64: that much every
// customer has to themselves.
func Network(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is4() {
		return a.String()
	}
	return netip.PrefixFrom(a, 64).Masked().String()
}

// Certificate is a client certificate whose private key the TLS handshake
// proved. Whether it chains to anybody is in Trusted.
type Certificate struct {
	DN      string    `json:"dn,omitempty"`      // of the end entity, in slash form; empty unless Trusted
	SHA256  string    `json:"sha256"`            // thumbprint of the leaf (RFC 8705, x5t#S256)
	SPKI    string    `json:"spki"`              // base64url SHA-256 of the public key
	Names   []string  `json:"names,omitempty"`   // "dns:…", "uri:…", "email:…", "ip:…"; none unless Trusted
	Trusted bool      `json:"trusted,omitempty"` // a configured authority's, in time, not revoked
	Limited bool      `json:"limited,omitempty"` // a limited proxy
	Expires time.Time `json:"expires,omitzero"`
}
