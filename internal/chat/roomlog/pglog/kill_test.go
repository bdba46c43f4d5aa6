package pglog_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"
	"github.com/jackc/pgx/v5"

	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/logtest"
	"madang/internal/chat/roomlog/pglog"
	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/db/pgtest"
	"madang/internal/wire"
)

// TestTwoNodesKilled lets two nodes write the same rooms with the same client
// ids for 1,000 rounds. In every round the connections of either node are cut
// at a random moment; every tenth round a node is dropped in the middle of its
// work and started anew. Whatever happened: numbers have no gaps, a client id
// has one number, which is the one that was acknowledged, and the feeds cover
// everything.
func TestTwoNodesKilled(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		d := dbtest.Postgres(t)
		rounds := 1000
		if testing.Short() {
			rounds = 50
		}
		newRig(t, func() *db.DB { return d }).run(t, rounds, func(r *rig, round int) {
			r.cut(t)
			if round%10 == 0 {
				r.restart(t, round/10%2)
			}
		})
	})
}

// TestServerKilled is the same while PostgreSQL itself is killed and started
// again.
func TestServerKilled(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		s, err := pgtest.New(pgtest.Options{})
		qt.Assert(t, qt.IsNil(err))
		t.Cleanup(func() { qt.Check(t, qt.IsNil(s.Close())) })
		name, err := s.CreateDatabase(t.Context(), "")
		qt.Assert(t, qt.IsNil(err))
		d, err := db.Open(t.Context(), s.URL(name))
		qt.Assert(t, qt.IsNil(err))
		t.Cleanup(func() { d.Close() })
		qt.Assert(t, qt.IsNil(d.Migrate(t.Context())))
		newRig(t, func() *db.DB { return d }).run(t, 8, func(r *rig, round int) {
			qt.Assert(t, qt.IsNil(s.Kill()))
			qt.Assert(t, qt.IsNil(s.Start()))
		})
	})
}

// rig is two nodes over one database and what they were told.
type rig struct {
	open  func() *db.DB
	nodes [2]*roomlog.Log
	rooms []roomlog.RoomID
	users []wire.ID

	mu    sync.Mutex
	acked map[roomlog.KeyOf]map[roomlog.RoomID]uint64
}

func newRig(t *testing.T, open func() *db.DB) *rig {
	r := &rig{open: open, acked: make(map[roomlog.KeyOf]map[roomlog.RoomID]uint64)}
	for range 3 {
		r.users = append(r.users, logtest.NewID())
	}
	r.nodes[0], r.nodes[1] = r.node(t), r.node(t)
	t.Cleanup(func() {
		for _, n := range r.nodes {
			n.Close()
		}
	})
	for range 4 {
		room := logtest.NewID()
		_, err := r.nodes[0].Wait(t.Context(), &roomlog.Op{Room: room, Users: r.users, Apply: func(tx *roomlog.Tx) error {
			tx.Create(nil)
			for _, u := range r.users {
				tx.Join(u, 0, true)
			}
			return nil
		}})
		qt.Assert(t, qt.IsNil(err))
		r.rooms = append(r.rooms, room)
	}
	return r
}

func (r *rig) node(t *testing.T) *roomlog.Log {
	e, err := pglog.Open(t.Context(), r.open(), pglog.Options{Conns: 3})
	qt.Assert(t, qt.IsNil(err))
	return roomlog.New(e, roomlog.Options{})
}

// run sends the same messages through both nodes in every round, with trouble
// in between, and checks the store at the end.
func (r *rig) run(t *testing.T, rounds int, trouble func(r *rig, round int)) {
	for round := range rounds {
		var wg sync.WaitGroup
		for range 4 {
			room, sender, client := r.rooms[rand.IntN(len(r.rooms))], r.users[rand.IntN(len(r.users))], logtest.NewID()
			for _, node := range r.nodes {
				wg.Go(func() { r.send(t, node, room, sender, client, round) })
			}
		}
		trouble(r, round)
		wg.Wait()
	}
	r.check(t)
}

// send sends once. Not being answered is fine: the node may have been dropped.
func (r *rig) send(t *testing.T, node *roomlog.Log, room roomlog.RoomID, sender, client wire.ID, round int) {
	res, err := node.Wait(t.Context(), &roomlog.Op{
		Room: room, Sender: sender, ClientID: client, Hash: 1,
		Apply: func(tx *roomlog.Tx) error {
			tx.Append(roomlog.Entry{Kind: roomlog.Message, Body: fmt.Append(nil, round)})
			return nil
		},
	})
	if err != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	k := roomlog.KeyOf{Sender: sender, Client: client}
	if r.acked[k] == nil {
		r.acked[k] = make(map[roomlog.RoomID]uint64)
	}
	if was, ok := r.acked[k][room]; ok && was != res.Seq {
		t.Errorf("one client id was acknowledged as %d and as %d", was, res.Seq)
	}
	r.acked[k][room] = res.Seq
}

// cut ends some of the database connections, wherever they are.
func (r *rig) cut(t *testing.T) {
	conn, err := pgx.ConnectConfig(t.Context(), r.open().Pool().Config().ConnConfig.Copy())
	qt.Assert(t, qt.IsNil(err))
	defer conn.Close(context.Background())
	_, err = conn.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.3`)
	qt.Assert(t, qt.IsNil(err))
}

// restart drops a node without letting its commits end and starts another.
func (r *rig) restart(t *testing.T, i int) {
	r.nodes[i].Drop()
	r.nodes[i] = r.node(t)
}

func (r *rig) check(t *testing.T) {
	node := r.node(t)
	defer node.Close()
	covered := make(map[roomlog.RoomID]uint64)
	for shard := range uint8(roomlog.Shards) {
		rows, err := node.Feed(t.Context(), shard, 0, 1<<20)
		qt.Assert(t, qt.IsNil(err))
		for i, row := range rows {
			qt.Assert(t, qt.Equals(row.Pos, uint64(i+1)))
			for _, f := range row.Rooms {
				if f.From != 0 {
					qt.Assert(t, qt.Equals(f.From, covered[f.Room]+1))
					covered[f.Room] = f.To
				}
			}
		}
	}
	seen := make(map[roomlog.KeyOf]map[roomlog.RoomID]uint64)
	for _, room := range r.rooms {
		es, err := node.Entries(t.Context(), room, 1, 1<<62, 1<<20, false)
		qt.Assert(t, qt.IsNil(err))
		h, _, err := node.Head(t.Context(), room)
		qt.Assert(t, qt.IsNil(err))
		qt.Assert(t, qt.HasLen(es, int(h.Seq)))
		qt.Assert(t, qt.Equals(covered[room], h.Seq))
		for i, e := range es {
			qt.Assert(t, qt.Equals(e.Seq, uint64(i+1)))
			k := roomlog.KeyOf{Sender: e.Sender, Client: e.ClientID}
			if was := seen[k][room]; was != 0 {
				t.Errorf("one client id stands at %d and at %d", was, e.Seq)
			}
			if seen[k] == nil {
				seen[k] = make(map[roomlog.RoomID]uint64)
			}
			seen[k][room] = e.Seq
		}
	}
	n := 0
	for k, rooms := range r.acked {
		for room, seq := range rooms {
			n++
			if seen[k][room] != seq {
				t.Errorf("acknowledged as %d, stands at %d", seq, seen[k][room])
			}
		}
	}
	t.Logf("%d acknowledged sends checked", n)
	qt.Assert(t, qt.IsTrue(n > 0))
}
