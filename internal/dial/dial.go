// Package dial answers: how does the server connect to an address that somebody
// outside chose?
package dial

import (
	"net"
	"time"

	"code.dny.dev/ssrf"
)

// Guarded makes a dialer for addresses that people give, such as the push service of
// a browser or a page that a message links to. It connects to public addresses and
// the ports named, and to nothing on this machine or in its network. That is checked
// when the address is known, for each connection anew: a name that leads to another
// address the second time, or a redirect, is met by the same check.
//
// private takes the check away, ports included: for services that an operator runs
// themselves, and for tests. A connection takes at most the timeout.
func Guarded(private bool, timeout time.Duration, ports ...uint16) *net.Dialer {
	d := &net.Dialer{Timeout: timeout}
	if !private {
		d.Control = ssrf.New(ssrf.WithPorts(ports...)).Safe
	}
	return d
}
