package load

import (
	"context"
	"fmt"
	"io"
	"net"
)

// ServeRelay runs a [Relay] with its file in dir, on a free port of the
// loopback address which it writes to out, until ctx ends. It is what the
// process of a ceiling does.
func ServeRelay(ctx context.Context, dir string, out io.Writer) error {
	relay, err := NewRelay(dir)
	if err != nil {
		return err
	}
	var lc net.ListenConfig
	ln, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("relay: %w", err)
	}
	if _, err := fmt.Fprintln(out, "relays at", ln.Addr()); err != nil {
		return fmt.Errorf("relay: %w", err)
	}
	return relay.Serve(ctx, ln)
}
