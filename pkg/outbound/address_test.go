package outbound

import (
	"net/netip"
	"testing"
)

func TestKindsOfAddresses(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"8.8.8.8": "", "1.1.1.1": "", "100.63.255.255": "", "100.128.0.0": "", "172.15.0.1": "", "172.32.0.1": "", "11.0.0.0": "",
		"168.63.129.17": "", "223.255.255.255": "", "2606:4700::1111": "", "::ffff:8.8.8.8": "", "64:ff9b::808:808": "", "2a00::1": "",
		"0.0.0.0": "unspecified", "0.1.2.3": "unspecified", "::": "unspecified",
		"127.0.0.1": "loopback", "127.255.0.9": "loopback", "::1": "loopback", "::ffff:127.0.0.1": "loopback",
		"10.1.2.3": "private", "172.16.0.1": "private", "172.31.255.255": "private", "192.168.1.1": "private", "198.19.0.1": "private",
		"100.64.0.1": "private", "100.100.100.200": "private", "fd00:ec2::254": "private", "fc00::1": "private", "::ffff:10.0.0.1": "private",
		"169.254.169.254": "link-local", "fe80::1": "link-local", "fe80::1%eth0": "link-local", "2606:4700::1111%eth0": "link-local",
		"168.63.129.16": "metadata", "192.0.0.192": "reserved",
		"224.0.0.1": "multicast", "239.255.255.255": "multicast", "ff02::1": "multicast", "255.255.255.255": "reserved", "240.0.0.1": "reserved",
		"64:ff9b::7f00:1": "loopback", "64:ff9b::a00:1": "private", "64:ff9b::a9fe:a9fe": "link-local", "64:ff9b:1::7f00:1": "reserved",
		"2002:7f00:1::1": "reserved", "2002:a00:1::": "reserved", "2001:0:7f00:1::": "reserved", "2001:db8::1": "reserved",
		"::7f00:1": "reserved", "4000::1": "reserved", "5f00::1": "reserved", "fec0::1": "reserved", "100::1": "reserved", "3fff::1": "reserved",
	} {
		if got := kind(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s is %q, want %q", text, got, want)
		}
	}
	if kind(netip.Addr{}) == "" {
		t.Error("no address at all is a public one")
	}
}

// FuzzKind: what the standard library calls private in any way is never
// public, in whatever form it comes.
func FuzzKind(f *testing.F) {
	f.Add([]byte{127, 0, 0, 1})
	f.Add([]byte{15: 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		a, ok := netip.AddrFromSlice(b)
		if !ok || kind(a) != "" {
			return
		}
		if u := a.Unmap(); !u.IsGlobalUnicast() || u.IsPrivate() || u.IsLoopback() || u.IsLinkLocalUnicast() {
			t.Errorf("%s is public", a)
		}
		if u := a.Unmap(); u.Is4() && kind(netip.AddrFrom16(u.As16())) != "" {
			t.Errorf("%s is judged otherwise inside IPv6", u)
		}
	})
}
