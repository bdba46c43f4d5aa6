package search_test

import (
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2"
	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/db"
	"madang/internal/db/dbtest"
	"madang/internal/search"
	"madang/internal/wire"
)

var entries = flag.Int("entries", 1_000_000, "messages that the benchmarks search in")

// words are of four languages, with a share that grows from language to language
// less likely.
var words = []string{
	"회의", "내일", "결제", "안녕하세요", "점심", "같이", "보내주세요", "확인했습니다", "사진", "주말", "어디", "지금", "감사합니다", "오후", "회사",
	"東京", "明日", "会議", "写真", "ありがとう", "タワー", "電車", "了解です",
	"会议", "明天", "付款", "照片", "谢谢", "好的", "地铁",
	"meeting", "tomorrow", "photo", "thanks", "lunch", "see you", "invoice", "okay",
}

// message is a text of 3 to 20 words, of which the first ones are used more.
func message(r *rand.Rand) string {
	text := ""
	for range 3 + r.IntN(18) {
		text += words[int(float64(len(words))*r.Float64()*r.Float64())] + " "
	}
	return text
}

// million fills 400 rooms of one person, some with half of it all and most with
// little, as people's rooms are.
func million(b *testing.B, h *chattest.House) chat.Actor {
	b.Helper()
	u := h.Users(2)
	ann, ben := u[0], u[1]
	rooms := make([]chat.RoomID, 400)
	for i := range rooms {
		rooms[i] = h.Group(ann, ben)
	}
	r := rand.New(rand.NewPCG(1, 2))
	zipf := rand.NewZipf(r, 1.2, 4, uint64(len(rooms)-1))
	slots := make(chan struct{}, 2000)
	var failed error
	var mu sync.Mutex
	for range *entries {
		slots <- struct{}{}
		who := []chat.Actor{ann, ben}[r.IntN(2)]
		h.Chat.SendAsync(who, chat.Send{Room: rooms[zipf.Uint64()], ClientID: chattest.NewID(), Content: wire.Content{
			Type: wire.TypeText, Text: message(r),
		}}, func(_ chat.Sent, err error) {
			if err != nil {
				mu.Lock()
				failed = errors.Join(failed, err)
				mu.Unlock()
			}
			<-slots
		})
	}
	for range cap(slots) {
		slots <- struct{}{}
	}
	qt.Assert(b, qt.IsNil(failed))
	h.Say(ben, rooms[0], "제주도 여행 zeppelin")
	for range 1000 {
		h.Say(ann, rooms[zipf.Uint64()], message(r))
	}
	return ann
}

// BenchmarkMillion measures searches over all rooms of a person with -entries
// messages: how long the first answer takes, and how long all of them until the
// search has looked at everything.
//
//	go test -run '^$' -bench Million -benchtime 5x ./internal/search
func BenchmarkMillion(b *testing.B) {
	for engine, open := range map[string]func(testing.TB) *db.DB{"pebble": dbtest.SQLite, "postgres": dbtest.Postgres} {
		b.Run(engine, func(b *testing.B) {
			h := chattest.Open(b, open(b))
			s, err := search.New(h.Chat, h.People, h.Clock)
			qt.Assert(b, qt.IsNil(err))
			defer s.Close()
			ann := million(b, h)
			for name, q := range map[string]search.Messages{
				"frequent":       {Text: "회의"},
				"initials":       {Text: "ㅎㅇ"},
				"wrong-keyboard": {Text: "ghldml"},
				"two-words":      {Text: "東京 invoice"},
				"near":           {Text: "zeppelin"},
				"absent":         {Text: "없는말"},
				"absent-initial": {Text: "ㅋㅌㅍ"},
				"absent-latin":   {Text: "xylophone"},
			} {
				b.Run(name, func(b *testing.B) {
					var first, all []time.Duration
					found, pages := 0, 0
					for b.Loop() {
						began, page := time.Now(), q
						found, pages = 0, 0
						for {
							p, err := s.Messages(b.Context(), ann, page)
							qt.Assert(b, qt.IsNil(err))
							if pages++; pages == 1 {
								first = append(first, time.Since(began))
							}
							found += len(p.Found)
							// What is frequent is not followed to its end: nobody does.
							if page.Cursor = p.Next; page.Cursor == "" || found >= 300 {
								break
							}
						}
						all = append(all, time.Since(began))
					}
					b.ReportMetric(float64(median(first).Microseconds())/1000, "first-ms")
					b.ReportMetric(float64(median(all).Microseconds())/1000, "all-ms")
					b.ReportMetric(float64(pages), "pages")
					b.ReportMetric(float64(found), "found")
					b.ReportMetric(0, "ns/op")
				})
			}
		})
	}
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// BenchmarkIndex measures what the other way would cost a message: a row in a
// store of the same kind for each two characters that stand side by side in it,
// by which all scripts are found by any part of a word. It is written in batches
// of 500 messages without waiting for the disk, as a reader of the feeds would.
func BenchmarkIndex(b *testing.B) {
	dir := b.TempDir()
	store, err := pebble.Open(dir, &pebble.Options{})
	qt.Assert(b, qt.IsNil(err))
	r := rand.New(rand.NewPCG(1, 2))
	batch := store.NewBatch()
	n := 0
	for b.Loop() {
		text := []rune(message(r))
		grams := make(map[string]bool, len(text))
		for i := range len(text) - 1 {
			grams[string(text[i:i+2])] = true
		}
		for g := range grams {
			key := append([]byte("person 16 bytes.."), g...)
			key = binary.BigEndian.AppendUint64(key, uint64(n))
			key = append(key, fmt.Sprintf("room %03d 16 bytes", n%400)...)
			qt.Assert(b, qt.IsNil(batch.Set(key, nil, nil)))
		}
		if n++; n%500 == 0 {
			qt.Assert(b, qt.IsNil(batch.Commit(pebble.NoSync)))
			batch = store.NewBatch()
		}
	}
	qt.Assert(b, qt.IsNil(batch.Commit(pebble.NoSync)))
	qt.Assert(b, qt.IsNil(store.Flush()))
	qt.Assert(b, qt.IsNil(store.Close()))
	var size int64
	err = filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	qt.Assert(b, qt.IsNil(err))
	b.ReportMetric(float64(size)/float64(n), "bytes/message")
}
