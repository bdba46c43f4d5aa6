package httpapi

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientAddr is the address that a request came from; the zero Addr when it has
// none. A trusted proxy says it in X-Forwarded-For, to which every proxy adds
// the address it was called from on the right. So what a trusted one added is
// believed, from the right as far as the first address that is none of theirs;
// what stands further left, anybody may have written.
func clientAddr(r *http.Request, trusted []netip.Prefix) netip.Addr {
	addr := parseAddr(r.RemoteAddr)
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !contains(trusted, addr) {
			break
		}
		before := parseAddr(strings.TrimSpace(hop))
		if !before.IsValid() {
			break
		}
		addr = before
	}
	return addr
}

func contains(networks []netip.Prefix, addr netip.Addr) bool {
	return slices.ContainsFunc(networks, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseAddr reads an address with or without a port, in brackets or not; the
// zero Addr when it is none. Zones are dropped: they mean something on one
// machine alone, and no network contains an address with one.
func parseAddr(text string) netip.Addr {
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(text, "["), "]"))
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}

// networkOf is what one household shares: an IPv4 address, or the /64 that an
// IPv6 subscriber may choose addresses from.
func networkOf(a netip.Addr) string {
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}
