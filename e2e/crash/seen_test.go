package crash

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/go-quicktest/qt"

	"madang/client"
	"madang/internal/wire"
)

// listener is a device that only counts what it was given.
type listener struct {
	*client.Client
	last atomic.Uint64 // number of the last entry of any room
}

// patience is for what takes milliseconds on a machine that has nothing else to
// do.
const patience = 20 * time.Second

// listen connects a device that gets everything from the beginning.
func listen(t *testing.T, d *door, who account) *listener {
	t.Helper()
	l := new(listener)
	connected := make(chan struct{}, 100)
	l.Client = client.New(client.Config{
		Server: doorURL, Token: who.Token, HTTP: d.http, Position: &client.Position{},
		NetDial: func(ctx context.Context, network, addr string) (net.Conn, error) { return d.dial(ctx, network, addr) },
		Handler: client.Handler{
			Entry:     func(_ wire.ID, e *wire.Entry) { l.last.Store(e.Seq) },
			Connected: func(*wire.Me) { connected <- struct{}{} },
		},
	})
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- l.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		qt.Check(t, qt.IsNil(<-ended))
	})
	select {
	case <-connected:
	case <-time.After(patience):
		t.Fatal("no connection")
	}
	return l
}

// has waits until the device has an entry.
func (l *listener) has(t *testing.T, seq uint64, most time.Duration) bool {
	t.Helper()
	return until(t, most, func() bool { return l.last.Load() >= seq })
}

// TestNothingIsSeenBeforeItIsOnDisk holds the sync of a message and looks for
// it by every door: nobody, its sender included, may see anything of it.
func TestNothingIsSeenBeforeItIsOnDisk(t *testing.T) {
	t.Run("pebble", func(t *testing.T) {
		ctx := t.Context()
		disk := newDisk(vfs.NewCrashableMem())
		n := serve(t, t.TempDir(), disk)
		d := newDoor()
		d.lead(n.URL())
		people, err := d.accounts(ctx, 2)
		qt.Assert(t, qt.IsNil(err))
		room, err := d.api(people[0].Token).CreateRoom(ctx, "", people[1].ID)
		qt.Assert(t, qt.IsNil(err))
		ann, ben := listen(t, d, people[0]), listen(t, d, people[1])
		_, err = ann.Send(ctx, room.ID, client.Text("on disk"))
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.IsTrue(ben.has(t, 1, patience)))

		reached, release := make(chan struct{}, 100), make(chan struct{})
		disk.watch(func(after bool) {
			if !after {
				reached <- struct{}{}
				<-release
			}
		})
		answered := make(chan error, 1)
		go func() {
			got, err := ann.Send(ctx, room.ID, client.Text("on its way"))
			if err == nil && got.Seq != 2 {
				err = fmt.Errorf("the second message has the number %d", got.Seq)
			}
			answered <- err
		}()
		<-reached

		late := listen(t, d, people[1]) // another device, which begins with a sync
		look(t, d.api(people[0].Token), 1, 0)
		look(t, d.api(people[1].Token), 1, 1)
		qt.Check(t, qt.IsTrue(late.has(t, 1, patience)))
		// What was to come by mistake would have come by now: the answers above
		// went the same ways.
		qt.Check(t, qt.Equals(ben.last.Load(), 1))
		qt.Check(t, qt.Equals(late.last.Load(), 1))
		select {
		case err := <-answered:
			t.Errorf("answered with %v before the sync", err)
		default:
		}

		close(release)
		qt.Assert(t, qt.IsNil(<-answered))
		qt.Check(t, qt.IsTrue(ben.has(t, 2, patience)))
		qt.Check(t, qt.IsTrue(late.has(t, 2, patience)))
		look(t, d.api(people[0].Token), 2, 0)
		look(t, d.api(people[1].Token), 2, 2)
	})
}

// look looks at the only room by all the doors of REST and sees whether it ends
// where it should.
func look(t *testing.T, api *client.API, head, unread uint64) {
	t.Helper()
	ctx := t.Context()
	var list struct {
		Rooms []wire.Room `json:"rooms"`
		Epoch string      `json:"epoch"`
	}
	qt.Assert(t, qt.IsNil(api.Do(ctx, http.MethodGet, "/v1/rooms", nil, &list)))
	qt.Assert(t, qt.HasLen(list.Rooms, 1))
	room := list.Rooms[0]
	qt.Check(t, qt.Equals(room.HeadSeq, head))
	qt.Check(t, qt.Equals(room.LastMessage.Seq, head))
	qt.Check(t, qt.Equals(room.Unread, unread))

	for query, want := range map[string]uint64{"": head, "?after=1": head - 1, "?before=9": head} {
		var page client.Page
		qt.Assert(t, qt.IsNil(api.Do(ctx, http.MethodGet, "/v1/rooms/"+room.ID.String()+"/messages"+query, nil, &page)))
		qt.Check(t, qt.Equals(page.HeadSeq, head))
		qt.Check(t, qt.HasLen(page.Entries, int(want)))
	}

	var missed struct {
		Rooms []struct {
			Entries []*wire.Entry `json:"entries"`
			HeadSeq uint64        `json:"head_seq"`
		} `json:"rooms"`
	}
	in := map[string]any{"epoch": list.Epoch, "rooms": map[wire.ID]uint64{room.ID: 1}}
	qt.Assert(t, qt.IsNil(api.Do(ctx, http.MethodPost, "/v1/sync", in, &missed)))
	entries := 0
	for _, r := range missed.Rooms {
		entries += len(r.Entries)
		qt.Check(t, qt.Equals(r.HeadSeq, head))
	}
	qt.Check(t, qt.Equals(entries, int(head)-1))
}

// TestPushesNeedNoHelp sends one message after the other and waits for each to
// be pushed: on a healthy bus none comes late. One that gets lost would be made
// good within five seconds, by the feed, since nothing follows it.
func TestPushesNeedNoHelp(t *testing.T) {
	t.Run("pebble", func(t *testing.T) {
		n := serve(t, t.TempDir(), vfs.NewMem())
		d := newDoor()
		d.lead(n.URL())
		people, err := d.accounts(t.Context(), 2)
		qt.Assert(t, qt.IsNil(err))
		room, err := d.api(people[0].Token).CreateRoom(t.Context(), "", people[1].ID)
		qt.Assert(t, qt.IsNil(err))
		ann, ben := listen(t, d, people[0]), listen(t, d, people[1])
		for i := range uint64(1000) {
			got, err := ann.Send(t.Context(), room.ID, client.Text("and now?"))
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.Equals(got.Seq, i+1))
			qt.Assert(t, qt.IsTrue(ben.has(t, got.Seq, 3*time.Second)), qt.Commentf("message %d was not pushed", got.Seq))
		}
	})
}
