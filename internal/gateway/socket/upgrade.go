package socket

import (
	"net"
	"net/http"
	"time"

	"github.com/gobwas/ws"
)

// Upgrade answers the opening handshake (RFC 6455, section 4.2), without
// extensions or subprotocols, and takes the connection over. early is what the
// client sent before it had the answer. After an error the client has been told
// and the connection is closed.
func Upgrade(w http.ResponseWriter, r *http.Request) (nc net.Conn, early []byte, err error) {
	up := ws.HTTPUpgrader{Timeout: 5 * time.Second}
	nc, rw, _, err := up.Upgrade(r, w)
	if err != nil {
		if nc != nil {
			_ = nc.Close() // the handshake's error says more
		}
		return nil, nil, err
	}
	if n := rw.Reader.Buffered(); n > 0 {
		early = make([]byte, n)
		if _, err := rw.Reader.Read(early); err != nil {
			_ = nc.Close()
			return nil, nil, err
		}
	}
	return nc, early, nil
}
