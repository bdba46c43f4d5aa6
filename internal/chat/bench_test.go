package chat_test

import (
	"strings"
	"sync"
	"testing"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/pebblelog"
	"madang/internal/db/dbtest"
	"madang/internal/wire"
)

// BenchmarkSend is a message of 200 bytes through all rules, the lane and the
// disk, 100 pairs with 8 in flight each.
func BenchmarkSend(b *testing.B) {
	dir := b.TempDir()
	h := chattest.OpenOver(b, dbtest.SQLite(b), func() (roomlog.Engine, error) { return pebblelog.Open(dir, pebblelog.Options{}) })
	const pairs, window = 100, 8
	u := h.Users(2 * pairs)
	rooms := make([]chat.RoomID, pairs)
	for i := range rooms {
		rooms[i] = h.Direct(u[2*i], u[2*i+1])
	}
	text := strings.Repeat("hello ", 33)
	b.ReportAllocs()
	b.ResetTimer()
	var wg sync.WaitGroup
	for i := range pairs {
		wg.Go(func() {
			slots := make(chan struct{}, window)
			done := func(_ chat.Sent, err error) {
				if err != nil {
					b.Error(err)
				}
				<-slots
			}
			for n := i; n < b.N; n += pairs {
				slots <- struct{}{}
				h.Chat.SendAsync(u[2*i+n&1], chat.Send{
					Room: rooms[i], ClientID: chattest.NewID(), Content: wire.Content{Type: wire.TypeText, Text: text},
				}, done)
			}
			for range window {
				slots <- struct{}{}
			}
		})
	}
	wg.Wait()
}

// crowd is people of 20 rooms each, direct ones and groups of 10, with 5 entries
// that they have not got.
func crowd(b *testing.B) (*chattest.House, []chat.Actor, []map[chat.RoomID]uint64) {
	h := chattest.Open(b, dbtest.SQLite(b))
	const people = 200
	u := h.Users(people)
	have := make([]map[chat.RoomID]uint64, people)
	for i := range have {
		have[i] = make(map[chat.RoomID]uint64)
	}
	for i := range people {
		for k := 1; k <= 5; k++ { // 10 direct rooms each
			other := (i + k) % people
			room := h.Direct(u[i], u[other])
			for range 5 {
				h.Say(u[i], room, "안녕하세요, 다들 잘 지내시죠? 오랜만이에요.")
			}
			have[i][room], have[other][room] = 0, 0
		}
		var members []chat.Actor
		for k := range 10 { // 10 groups each
			members = append(members, u[(i+k*7)%people])
		}
		room := h.Group(members...)
		for range 5 {
			h.Say(u[i], room, "안녕하세요, 다들 잘 지내시죠? 오랜만이에요.")
		}
		for k := range 10 {
			have[(i+k*7)%people][room] = 1
		}
	}
	return h, u, have
}

func BenchmarkRooms(b *testing.B) {
	h, u, _ := crowd(b)
	var buf []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		rooms, _, err := h.Chat.Rooms(b.Context(), u[i%len(u)], "", 0)
		if err != nil || len(rooms) != 20 {
			b.Fatal(len(rooms), err)
		}
		buf = buf[:0]
		for j := range rooms {
			buf = rooms[j].AppendJSON(buf)
		}
	}
	b.ReportMetric(float64(len(buf)), "B/answer")
}

func BenchmarkSync(b *testing.B) {
	h, u, have := crowd(b)
	var buf []byte
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		n := i % len(u)
		answer, err := h.Chat.Sync(b.Context(), u[n], h.Chat.Epoch(), have[n])
		if err != nil || len(answer.Rooms) != 20 {
			b.Fatal(len(answer.Rooms), err)
		}
		buf = answer.AppendJSON(buf[:0])
	}
	b.ReportMetric(float64(len(buf)), "B/answer")
}
