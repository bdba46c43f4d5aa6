package httpapi

import (
	"net/http"
	"net/netip"
	"testing"

	"github.com/go-quicktest/qt"
)

func TestClientAddr(t *testing.T) {
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("fd00::/8")}
	for _, test := range []struct {
		name      string
		trusted   []netip.Prefix
		peer      string
		forwarded []string
		want      string
	}{
		{"no proxy", proxies, "192.0.2.1:4711", nil, "192.0.2.1"},
		{"nobody is trusted", nil, "127.0.0.1:80", []string{"192.0.2.1"}, "127.0.0.1"},
		{"a stranger says so", proxies, "198.51.100.1:80", []string{"192.0.2.1"}, "198.51.100.1"},
		{"one proxy", proxies, "127.0.0.1:80", []string{"192.0.2.1"}, "192.0.2.1"},
		{"two proxies", proxies, "127.0.0.1:80", []string{"192.0.2.1, 10.1.2.3"}, "192.0.2.1"},
		{"two headers", proxies, "127.0.0.1:80", []string{"192.0.2.1", "10.1.2.3"}, "192.0.2.1"},
		{"a client that lies", proxies, "127.0.0.1:80", []string{"203.0.113.9, 192.0.2.1"}, "192.0.2.1"},
		{"a client that claims to be a proxy", proxies, "127.0.0.1:80", []string{"10.1.2.3, 192.0.2.1"}, "192.0.2.1"},
		{"a proxy that calls", proxies, "127.0.0.1:80", []string{"10.1.2.4,10.1.2.3"}, "10.1.2.4"},
		{"no header", proxies, "127.0.0.1:80", nil, "127.0.0.1"},
		{"not an address", proxies, "127.0.0.1:80", []string{"192.0.2.1, unknown"}, "127.0.0.1"},
		{"not an address behind a proxy", proxies, "127.0.0.1:80", []string{"192.0.2.1, _x, 10.1.2.3"}, "10.1.2.3"},
		{"with port", proxies, "127.0.0.1:80", []string{"192.0.2.1:4711"}, "192.0.2.1"},
		{"IPv6", proxies, "[fd00::1]:80", []string{"2001:db8::1"}, "2001:db8::1"},
		{"IPv6 with port", proxies, "[fd00::1]:80", []string{"[2001:db8::1]:4711"}, "2001:db8::1"},
		{"IPv6 in brackets", proxies, "[fd00::1]:80", []string{"[2001:db8::1]"}, "2001:db8::1"},
		{"IPv4 as IPv6", proxies, "[::ffff:127.0.0.1]:80", []string{"::ffff:192.0.2.1"}, "192.0.2.1"},
		{"no peer", proxies, "@", []string{"192.0.2.1"}, "invalid IP"},
	} {
		r := &http.Request{RemoteAddr: test.peer, Header: http.Header{"X-Forwarded-For": test.forwarded}}
		qt.Check(t, qt.Equals(clientAddr(r, test.trusted).String(), test.want), qt.Commentf("%s", test.name))
	}
}
