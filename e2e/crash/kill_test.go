package crash

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/go-quicktest/qt"

	"madang/internal/db/pgtest"
)

// The size of a run. `make crash` asks for 25 rounds.
var (
	rounds = flag.Int("rounds", 3, "how often the server is killed; a third as often on PostgreSQL")
	seed   = flag.Uint64("seed", 0, "seed of everything random; 0 takes a new one and prints it")
)

// random gives the random numbers of a test.
func random(t *testing.T) (*rand.Rand, uint64) {
	s := *seed
	if s == 0 {
		s = rand.Uint64()
	}
	t.Attr("seed", fmt.Sprint(s))
	return rand.New(rand.NewPCG(s, 0)), s
}

// slowestStart is how long opening may take after a crash.
const slowestStart = 10 * time.Second

// TestKill kills the server with SIGKILL at random moments under load, starts
// it again on what it left, and proves the delivery contract over the whole
// history.
func TestKill(t *testing.T) {
	binary := build(t)
	t.Run("pebble", func(t *testing.T) {
		kills(t, &process{binary: binary, data: t.TempDir()}, *rounds, nil)
	})
	t.Run("postgres", func(t *testing.T) {
		s, err := pgtest.New(pgtest.Options{})
		qt.Assert(t, qt.IsNil(err))
		t.Cleanup(func() { qt.Check(t, qt.IsNil(s.Close())) })
		p := &process{binary: binary, data: t.TempDir(), database: s.URL("postgres")}
		kills(t, p, max(2, *rounds/3), func() {
			qt.Assert(t, qt.IsNil(s.Kill()))
			qt.Assert(t, qt.IsNil(s.Start()))
		})
	})
}

// kills kills a server so many times while a crowd talks. Where there is a
// database server of its own, that one is killed too every third time.
func kills(t *testing.T, p *process, rounds int, killDatabase func()) {
	rnd, seed := random(t)
	t.Cleanup(p.kill)
	d := newDoor()
	address, err := p.start(t.Context())
	qt.Assert(t, qt.IsNil(err))
	d.lead(address)
	c := newCrowd(t, d, 6, 400)
	quiet := c.talking(t.Context(), seed)

	starts := make([]time.Duration, 0, rounds)
	for round := range rounds {
		// Mostly when the load is in full swing again, sometimes before.
		if rnd.IntN(5) > 0 && !c.acked(t, 1+rnd.Int64N(300), time.Minute) {
			t.Fatalf("round %d: nobody gets through to the server; its last words:\n%s", round, p.output)
		}
		p.kill()
		d.lead("")
		if killDatabase != nil && round%3 == 2 {
			killDatabase()
		}
		if rnd.IntN(5) == 0 { // and once more, in the middle of opening
			_, err := p.begin(t.Context())
			qt.Assert(t, qt.IsNil(err))
			until(t, time.Duration(rnd.Int64N(int64(300*time.Millisecond))), func() bool { return false })
			p.kill()
		}
		begun := time.Now()
		address, err := p.start(t.Context())
		qt.Assert(t, qt.IsNil(err), qt.Commentf("round %d", round))
		starts = append(starts, time.Since(begun))
		d.lead(address)
	}
	c.acked(t, 100, time.Minute)
	quiet()
	c.prove(t)

	slices.Sort(starts)
	t.Attr("opening-after-a-kill", fmt.Sprintf("median %s, slowest %s of %d",
		starts[len(starts)/2].Round(time.Millisecond), starts[len(starts)-1].Round(time.Millisecond), rounds))
	qt.Check(t, qt.IsTrue(starts[len(starts)-1] < slowestStart))
}
