package outbound

import "net/netip"

// special are the networks that no user's URL may lead to: what IANA's
// registries of special-purpose addresses call not globally reachable, and
// addresses at which clouds answer their own machines.
var special = []struct {
	network netip.Prefix
	what    string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "unspecified"},
	{netip.MustParsePrefix("10.0.0.0/8"), "private"},
	{netip.MustParsePrefix("100.64.0.0/10"), "private"}, // carriers' NAT; metadata of clouds
	{netip.MustParsePrefix("127.0.0.0/8"), "loopback"},
	{netip.MustParsePrefix("168.63.129.16/32"), "metadata"},
	{netip.MustParsePrefix("169.254.0.0/16"), "link-local"}, // and metadata of clouds
	{netip.MustParsePrefix("172.16.0.0/12"), "private"},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved"},
	{netip.MustParsePrefix("192.0.2.0/24"), "reserved"},
	{netip.MustParsePrefix("192.88.99.0/24"), "reserved"}, // relays of 6to4
	{netip.MustParsePrefix("192.168.0.0/16"), "private"},
	{netip.MustParsePrefix("198.18.0.0/15"), "private"},
	{netip.MustParsePrefix("198.51.100.0/24"), "reserved"},
	{netip.MustParsePrefix("203.0.113.0/24"), "reserved"},
	{netip.MustParsePrefix("224.0.0.0/4"), "multicast"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("::/128"), "unspecified"},
	{netip.MustParsePrefix("::1/128"), "loopback"},
	{netip.MustParsePrefix("fc00::/7"), "private"},
	{netip.MustParsePrefix("fe80::/10"), "link-local"},
	{netip.MustParsePrefix("ff00::/8"), "multicast"},
	{netip.MustParsePrefix("2001::/23"), "reserved"}, // Teredo and others that hold other addresses
	{netip.MustParsePrefix("2001:db8::/32"), "reserved"},
	{netip.MustParsePrefix("2002::/16"), "reserved"}, // 6to4
	{netip.MustParsePrefix("3fff::/20"), "reserved"},
}

var (
	globalUnicast = netip.MustParsePrefix("2000::/3") // all of IPv6 that is given out
	nat64         = netip.MustParsePrefix("64:ff9b::/96")
)

// kind says what makes an address one that users' URLs may not lead to; "" if
// it is a public one. An IPv4 address inside one of IPv6 is judged as itself.
func kind(a netip.Addr) string {
	if !a.IsValid() {
		return "unspecified"
	}
	a = a.Unmap()
	if a.Zone() != "" {
		return "link-local"
	}
	for _, s := range special {
		if s.network.Contains(a) {
			return s.what
		}
	}
	switch {
	case a.Is4():
		return ""
	case nat64.Contains(a): // what hosts without IPv4 know IPv4 by
		b := a.As16()
		return kind(netip.AddrFrom4([4]byte(b[12:])))
	case !globalUnicast.Contains(a):
		return "reserved"
	}
	return ""
}
