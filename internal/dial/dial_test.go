package dial_test

import (
	"errors"
	"net"
	"testing"
	"time"

	"code.dny.dev/ssrf"
	"github.com/go-quicktest/qt"

	"madang/internal/dial"
)

func TestOnlyPublicAddresses(t *testing.T) {
	d := dial.Guarded(false, time.Second, 80, 443)
	for _, address := range []string{
		"127.0.0.1:443", "[::1]:443", "localhost:80", "0.0.0.0:80", "10.0.0.1:443", "172.16.0.1:443", "192.168.0.1:80", "100.64.0.1:443",
		"169.254.169.254:80", "[fd00::1]:443", "[fe80::1]:443", "[::ffff:127.0.0.1]:443", "[64:ff9b::7f00:1]:443", "[2002:7f00:1::]:443",
	} {
		_, err := d.DialContext(t.Context(), "tcp", address)
		qt.Check(t, qt.IsTrue(errors.Is(err, ssrf.ErrProhibitedIP)), qt.Commentf("%s: %v", address, err))
	}
	for _, address := range []string{"192.0.2.1:22", "192.0.2.1:8080"} {
		_, err := d.DialContext(t.Context(), "tcp", address)
		qt.Check(t, qt.IsTrue(errors.Is(err, ssrf.ErrProhibitedPort)), qt.Commentf("%s: %v", address, err))
	}
}

func TestPrivate(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	qt.Assert(t, qt.IsNil(err))
	defer l.Close()
	c, err := dial.Guarded(true, time.Minute, 443).DialContext(t.Context(), "tcp", l.Addr().String())
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsNil(c.Close()))
}
