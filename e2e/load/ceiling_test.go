package load

import (
	"context"
	"net"
	"os"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
)

// startRelay serves a relay for the length of the test.
func startRelay(t testing.TB) string {
	t.Helper()
	relay, err := NewRelay(t.TempDir())
	qt.Assert(t, qt.IsNil(err))
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	qt.Assert(t, qt.IsNil(err))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- relay.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		qt.Check(t, qt.IsNil(<-ended))
	})
	return ln.Addr().String()
}

func silent(time.Duration, time.Duration, string) {}

func TestCeiling(t *testing.T) {
	addr := startRelay(t)
	short := span{warm: 50 * time.Millisecond, measure: 200 * time.Millisecond}

	t.Run("pairs", func(t *testing.T) {
		perSecond, err := relayPairs(t.Context(), addr, 4, 16, short, silent)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(perSecond > 100), qt.Commentf("%.0f messages a second", perSecond))
	})
	t.Run("group", func(t *testing.T) {
		perSecond, err := relayGroup(t.Context(), addr, 10, 2, 8, short, silent)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(perSecond > 100), qt.Commentf("%.0f deliveries a second", perSecond))
	})
	t.Run("rate", func(t *testing.T) {
		took, err := relayRate(t.Context(), addr, 4, 200, short, silent)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(len(took) >= 30 && len(took) <= 41), qt.Commentf("%d receipts", len(took)))
		qt.Assert(t, qt.IsTrue(took[0] > 0))
	})
	t.Run("storm", func(t *testing.T) {
		took, err := relayStorm(t.Context(), addr, 50, 100)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(took > 0))
	})
	t.Run("idle", func(t *testing.T) {
		_, err := relayIdle(t.Context(), addr, os.Getpid(), 50)
		qt.Assert(t, qt.IsNil(err))
	})
}

func BenchmarkRelayPairs(b *testing.B) {
	addr := startRelay(b)
	for b.Loop() {
		perSecond, err := relayPairs(b.Context(), addr, 100, 16, span{200 * time.Millisecond, time.Second}, silent)
		qt.Assert(b, qt.IsNil(err))
		b.ReportMetric(perSecond, "messages/s")
	}
}
