package gateway

import (
	"context"
	"runtime/debug"
	"time"
)

// A crowd that comes at once, as after a restart, leaves some 15 KB of garbage
// behind for each handshake, several times what the socket keeps. The collector
// would find it only when as much again has come, which on a quiet server is
// never; so it is called once when the rush is over.
const (
	tidyEvery = 2 * time.Second
	rush      = 1000 // sockets more than when it was tidied last, and a quarter of all
	calm      = 20   // sockets that come between two looks when a rush is over
)

func (g *Gateway) tidy(ctx context.Context) {
	t := time.NewTicker(tidyEvery)
	defer t.Stop()
	tidied, last := 0, 0
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		n := g.loop.Len()
		tidied = min(tidied, n)
		if n-tidied >= max(rush, n/4) && n-last <= calm {
			debug.FreeOSMemory()
			tidied = n
		}
		last = n
	}
}
