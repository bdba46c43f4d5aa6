package pebblelog

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"testing"

	"madang/internal/chat/roomlog"
	"madang/internal/wire"
)

// BenchmarkAppend keeps 800 appends in flight over 100 rooms of two members,
// as the load scenario "pairs" does, and reports the cost of one.
func BenchmarkAppend(b *testing.B) {
	e, err := Open(b.TempDir(), Options{})
	if err != nil {
		b.Fatal(err)
	}
	log := roomlog.New(e, roomlog.Options{})
	defer log.Close()
	const rooms, window = 100, 8
	type pair struct {
		room roomlog.RoomID
		a, b wire.ID
	}
	pairs := make([]pair, rooms)
	for i := range pairs {
		p := &pairs[i]
		rand.Read(p.room[:])
		rand.Read(p.a[:])
		rand.Read(p.b[:])
		_, err := log.Wait(b.Context(), &roomlog.Op{Room: p.room, Users: []wire.ID{p.a, p.b}, Apply: func(tx *roomlog.Tx) error {
			tx.Create(nil)
			tx.Join(p.a, 0, true)
			tx.Join(p.b, 0, true)
			return nil
		}})
		if err != nil {
			b.Fatal(err)
		}
	}
	body := make([]byte, 230)
	b.ReportAllocs()
	var wg sync.WaitGroup
	for i := range rooms * window {
		n := b.N / (rooms * window)
		if i < b.N%(rooms*window) {
			n++
		}
		p := &pairs[i%rooms]
		wg.Go(func() {
			done := make(chan error, 1)
			for j := range n {
				var client wire.ID
				binary.BigEndian.PutUint64(client[:], uint64(i))
				binary.BigEndian.PutUint64(client[8:], uint64(j+1))
				log.Do(&roomlog.Op{
					Room: p.room, Sender: p.a, ClientID: client, Hash: 1,
					Apply: func(tx *roomlog.Tx) error {
						if m, ok := tx.Member(p.a); !ok || !m.Present {
							panic("not a member")
						}
						tx.Append(roomlog.Entry{Kind: roomlog.Message, Body: body})
						return nil
					},
					Done: func(_ roomlog.Result, err error) { done <- err },
				})
				if err := <-done; err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	b.ReportMetric(float64(b.N)/float64(e.Commits()), "msgs/commit")
}
