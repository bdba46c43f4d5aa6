package client_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-quicktest/qt"
	"go.uber.org/goleak"

	"madang/client"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run runs a client until the test, or the function that it gives, ends it.
func run(t *testing.T, c *client.Client) (stop func() error) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	var once sync.Once
	var err error
	stop = func() error {
		once.Do(func() { cancel(); err = <-ended })
		return err
	}
	t.Cleanup(func() { _ = stop() })
	return stop
}

// inBubble runs a test on fake time.
func inBubble(t *testing.T, f func(t *testing.T)) { t.Helper(); synctest.Test(t, f) }

func TestEntriesComeInOrderWithoutGapsOverABadNetwork(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 1))
				y := newYard(t)
				rooms := []client.ID{client.NewID(), client.NewID(), client.NewID()}
				for _, room := range rooms {
					for range random.IntN(20) {
						y.say(room, "before")
					}
				}
				y.push = unreliable(random)
				var d diary
				config := y.config()
				config.Handler, config.Position = d.handler(), &client.Position{}
				c := client.New(config)
				run(t, c)

				var sends sync.WaitGroup
				for i := range 300 {
					room := rooms[random.IntN(len(rooms))]
					if random.IntN(4) == 0 {
						text := fmt.Sprintf("mine %d", i)
						sends.Go(func() {
							_, err := c.Send(t.Context(), room, client.Text(text))
							qt.Check(t, qt.IsNil(err))
						})
					} else {
						y.say(room, fmt.Sprintf("theirs %d", i))
					}
					if random.IntN(40) == 0 {
						y.cut()
					}
					time.Sleep(time.Duration(random.IntN(100)) * time.Millisecond)
				}
				sends.Wait()
				// Lost at the very end: only a new connection can show that.
				y.mu.Lock()
				y.push = nil
				y.mu.Unlock()
				y.cut()
				time.Sleep(10 * time.Minute)
				synctest.Wait()

				for _, room := range rooms {
					y.mu.Lock()
					want := y.rooms[room]
					y.mu.Unlock()
					d.mu.Lock()
					got := d.entries[room]
					d.mu.Unlock()
					qt.Assert(t, qt.HasLen(got, len(want)))
					for i := range want {
						qt.Assert(t, qt.Equals(got[i].Seq, uint64(i+1)))
						qt.Assert(t, qt.Equals(got[i].ClientID, want[i].ClientID))
						qt.Assert(t, qt.Equals(got[i].Text, want[i].Text))
					}
				}
			})
		})
	}
}

func TestSendIsRepeatedUnderItsClientIDUntilAcknowledged(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		room, id := client.NewID(), client.NewID()
		lost := 3
		y.mute = func(method string) bool {
			if method != "message.send" || lost == 0 {
				return false
			}
			lost--
			go y.cut() // the message is on disk, its acknowledgement is not on its way
			return true
		}
		var d diary
		config := y.config()
		config.Handler = d.handler()
		c := client.New(config)
		run(t, c)
		sent, err := c.SendAs(t.Context(), room, id, client.Text("once"))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(sent.Seq, 1))
		qt.Assert(t, qt.Equals(y.called("message.send"), 4))
		qt.Assert(t, qt.HasLen(y.rooms[room], 1))
		qt.Assert(t, qt.Equals(y.called("hello"), 4))

		again, err := c.SendAs(t.Context(), room, id, client.Text("once"))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.Equals(again, sent))
		synctest.Wait()
		qt.Assert(t, qt.DeepEquals(d.numbers(room), upTo(1, 1)))
	})
}

func TestSendWaitsAsLongAsTheServerAsks(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		busy := 2
		y.refuse = func(method string) *yardError {
			if method != "message.send" || busy == 0 {
				return nil
			}
			busy--
			return &yardError{Number: 1004, Code: "rate_limited", RetryMs: 60_000}
		}
		c := client.New(y.config())
		run(t, c)
		start := time.Now()
		_, err := c.Send(t.Context(), client.NewID(), client.Text("patience"))
		qt.Assert(t, qt.IsNil(err))
		took := time.Since(start)
		qt.Assert(t, qt.IsTrue(took >= 2*time.Minute && took < 3*time.Minute), qt.Commentf("%v", took))
	})
}

func TestRefusedForGood(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		y.refuse = func(method string) *yardError {
			if method == "message.send" {
				return &yardError{Number: 1206, Code: "text_too_long"}
			}
			return nil
		}
		c := client.New(y.config())
		run(t, c)
		_, err := c.Send(t.Context(), client.NewID(), client.Text("long"))
		qt.Assert(t, qt.IsTrue(client.Is(err, "text_too_long")), qt.Commentf("%v", err))
		qt.Assert(t, qt.Equals(y.called("message.send"), 1))
	})
}

func TestEndOfContextEndsACall(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		y.mute = func(method string) bool { return method == "room.read" }
		c := client.New(y.config())
		stop := run(t, c)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		qt.Assert(t, qt.ErrorIs(c.Read(ctx, client.NewID(), 1), context.DeadlineExceeded))

		failed := make(chan error, 1)
		go func() { failed <- c.Read(t.Context(), client.NewID(), 1) }()
		synctest.Wait()
		qt.Assert(t, qt.IsNil(stop()))
		qt.Assert(t, qt.ErrorIs(<-failed, client.ErrStopped))
		qt.Assert(t, qt.ErrorIs(c.Read(t.Context(), client.NewID(), 1), client.ErrStopped))
	})
}

func TestFromNowOnWithoutAPosition(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		old, made := client.NewID(), client.NewID()
		for range 5 {
			y.say(old, "before")
		}
		var d diary
		config := y.config()
		config.Handler = d.handler()
		c := client.New(config)
		stop := run(t, c)
		synctest.Wait()
		y.say(old, "after")
		y.say(made, "a room made meanwhile begins at its beginning")
		synctest.Wait()
		qt.Assert(t, qt.DeepEquals(d.numbers(old), upTo(6, 6)))
		qt.Assert(t, qt.DeepEquals(d.numbers(made), upTo(1, 1)))

		// A later client goes on where this one stopped.
		qt.Assert(t, qt.IsNil(stop()))
		position := c.Position()
		for range 30 {
			y.say(old, "meanwhile")
		}
		var later diary
		config.Handler, config.Position = later.handler(), &position
		run(t, client.New(config))
		time.Sleep(time.Minute)
		synctest.Wait()
		qt.Assert(t, qt.DeepEquals(later.numbers(old), upTo(7, 36)))
		qt.Assert(t, qt.IsNil(later.numbers(made)))
	})
}

func TestAnotherEpochMeansStartAgain(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		room := client.NewID()
		for range 9 {
			y.say(room, "first life")
		}
		var d diary
		config := y.config()
		config.Handler, config.Position = d.handler(), &client.Position{}
		c := client.New(config)
		run(t, c)
		time.Sleep(time.Minute)
		synctest.Wait()
		qt.Assert(t, qt.DeepEquals(d.numbers(room), upTo(1, 9)))

		y.mu.Lock()
		y.epoch, y.rooms[room] = "second", y.rooms[room][:4]
		y.notify("resync", map[string]any{"epoch": "second"}, nil)
		y.mu.Unlock()
		time.Sleep(time.Minute)
		synctest.Wait()
		qt.Assert(t, qt.DeepEquals(d.numbers(room), append(upTo(1, 9), upTo(1, 4)...)))
		qt.Assert(t, qt.IsTrue(slices.Contains(d.noted(), "reset second")))
		qt.Assert(t, qt.Equals(c.Position().Epoch, "second"))
		qt.Assert(t, qt.Equals(c.Position().Rooms[room], 4))
	})
}

func TestNumbersThatAreNoMoreAreSkippedAloud(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		room := client.NewID()
		for range 20 {
			y.say(room, "old")
		}
		y.tails[room] = 15
		var d diary
		config := y.config()
		config.Handler, config.Position = d.handler(), &client.Position{Epoch: "first", Rooms: map[client.ID]uint64{room: 3}}
		y.refuse = func(method string) *yardError { // sync knows no tails here
			if method == "sync" {
				y.rooms[room] = append([]*client.Entry(nil), y.rooms[room]...)
			}
			return nil
		}
		run(t, client.New(config))
		y.push = func(*yardSocket, []byte) {}
		time.Sleep(time.Minute)
		synctest.Wait()
		// Sync gave 4 to 6; the fetch behind them found the log cut to 15.
		qt.Assert(t, qt.DeepEquals(d.numbers(room), append(upTo(4, 6), upTo(15, 20)...)))
		qt.Assert(t, qt.IsTrue(slices.Contains(d.noted(), "skipped 7-14")), qt.Commentf("%v", d.noted()))
	})
}

func TestSignedOut(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		config := y.config()
		config.Token = "another"
		qt.Assert(t, qt.ErrorIs(client.New(config).Run(t.Context()), client.ErrSignedOut))

		c := client.New(y.config())
		ended := make(chan error, 1)
		go func() { ended <- c.Run(t.Context()) }()
		synctest.Wait()
		y.mu.Lock()
		for s := range y.socks {
			go func() { _ = s.conn.Close(client.CloseSignedOut, "device revoked") }()
		}
		y.mu.Unlock()
		qt.Assert(t, qt.ErrorIs(<-ended, client.ErrSignedOut))
	})
}

func TestByeSaysWhenToComeBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		var d diary
		config := y.config()
		config.Handler = d.handler()
		run(t, client.New(config))
		synctest.Wait()
		y.mu.Lock()
		y.notify("bye", map[string]any{"code": "shutting_down", "message": "Back soon.", "reconnect_after_ms": 90_000}, nil)
		y.mu.Unlock()
		time.Sleep(89 * time.Second)
		synctest.Wait()
		qt.Assert(t, qt.Equals(y.called("hello"), 1))
		time.Sleep(2 * time.Second)
		synctest.Wait()
		qt.Assert(t, qt.Equals(y.called("hello"), 2))
		qt.Assert(t, qt.DeepEquals(d.noted(), []string{"connected", "disconnected for 90s", "connected", "missed"}))
	})
}

func TestSilentServerIsLeft(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		config := y.config()
		config.Silence = time.Minute
		run(t, client.New(config))
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		qt.Assert(t, qt.Equals(y.called("hello"), 2))
	})
}

func TestSlowHandlerLosesNothing(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		room := client.NewID()
		var d diary
		config := y.config()
		config.Handler = d.handler()
		write := config.Handler.Entry
		config.Handler.Entry = func(room client.ID, e *client.Entry) {
			time.Sleep(time.Millisecond)
			write(room, e)
		}
		run(t, client.New(config))
		synctest.Wait()
		for range 5000 {
			y.say(room, "fast")
		}
		y.mu.Lock()
		y.notify("typing", map[string]any{"room_id": room, "user_id": client.NewID()}, nil)
		y.mu.Unlock()
		time.Sleep(5 * time.Minute)
		synctest.Wait()
		qt.Assert(t, qt.DeepEquals(d.numbers(room), upTo(1, 5000)))
		qt.Assert(t, qt.IsTrue(slices.Contains(d.noted(), "missed")))
	})
}

func TestOwnEditIsFetchedIntoItsPlace(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		room := client.NewID()
		var d diary
		config := y.config()
		config.Handler = d.handler()
		c := client.New(config)
		run(t, c)
		sent, err := c.Send(t.Context(), room, client.Text("tpyo"))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsNil(c.Edit(t.Context(), room, sent.Seq, "typo")))
		y.say(room, "ah")
		time.Sleep(time.Second)
		synctest.Wait()
		qt.Assert(t, qt.DeepEquals(d.numbers(room), upTo(1, 3)))
		qt.Assert(t, qt.Equals(d.entries[room][1].Kind, client.KindEdit))
	})
}

func TestHints(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		var d diary
		config := y.config()
		config.Handler = d.handler()
		c := client.New(config)
		run(t, c)
		synctest.Wait()
		room := client.NewID()
		y.mu.Lock()
		y.notify("read", map[string]any{"room_id": room, "user_id": y.me, "seq": 7}, nil)
		y.notify("read", map[string]any{"room_id": room, "unread_by": [][]uint64{{9, 2}, {8, 1}}}, nil)
		y.notify("typing", map[string]any{"room_id": room, "user_id": y.me}, nil)
		y.notify("room", map[string]any{"room_id": room, "gone": true}, nil)
		y.notify("device", map[string]any{"device": map[string]any{"id": y.me, "name": "phone"}, "event": "added"}, nil)
		y.notify("people", map[string]any{"user_id": y.me, "event": "profile"}, nil)
		y.notify("of tomorrow", map[string]any{}, nil)
		y.mu.Unlock()
		synctest.Wait()
		qt.Assert(t, qt.DeepEquals(d.noted(), []string{
			"connected", "read 7", "unread [{9 2} {8 1}]", "typing", "room false true", "device", "people profile",
		}))
		c.Typing(room)
		qt.Assert(t, qt.IsNil(c.Open(t.Context(), room)))
		qt.Assert(t, qt.Equals(y.called("typing"), 1))
	})
}

func TestCallsOfManyGoroutinesShareFrames(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		y := newYard(t)
		room := client.NewID()
		c := client.New(y.config())
		run(t, c)
		var all sync.WaitGroup
		long := strings.Repeat("긴 글 ", 3000)
		for range 200 {
			all.Go(func() {
				_, err := c.Send(t.Context(), room, client.Text(long))
				qt.Check(t, qt.IsNil(err))
			})
		}
		all.Wait()
		y.mu.Lock()
		defer y.mu.Unlock()
		qt.Assert(t, qt.HasLen(y.rooms[room], 200))
		for _, e := range y.rooms[room] {
			qt.Assert(t, qt.Equals(e.Text, long))
		}
	})
}
