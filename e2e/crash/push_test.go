package crash

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"golang.org/x/sync/errgroup"

	"madang/client"
	"madang/internal/db/pgtest"
	"madang/internal/notify"
	"madang/internal/push/pushtest"
	"madang/internal/wire"
)

// TestKillWhilePushing kills the server with SIGKILL while it wakes people: none
// of them stays asleep, and no more than one batch of them is woken twice. A round
// takes half a minute of waiting for people to fall asleep and to be woken, so there
// are fewer of them than of others.
func TestKillWhilePushing(t *testing.T) {
	if testing.Short() {
		t.Skip("the race run would look at nothing here: what wakes people is a process of its own")
	}
	binary := build(t)
	t.Run("pebble", func(t *testing.T) {
		killsPushing(t, &process{binary: binary, data: t.TempDir()}, max(3, *rounds/4))
	})
	t.Run("postgres", func(t *testing.T) {
		s, err := pgtest.New(pgtest.Options{})
		qt.Assert(t, qt.IsNil(err))
		t.Cleanup(func() { qt.Check(t, qt.IsNil(s.Close())) })
		killsPushing(t, &process{binary: binary, data: t.TempDir(), database: s.URL("postgres")}, max(2, *rounds/8))
	})
}

// sleeper is a person with a phone that sleeps.
type sleeper struct {
	account
	phone  *pushtest.Device
	direct wire.ID // the room with whoever wakes them
	looked int     // how many of the phone's messages are in came
	came   map[roomSeq]int
}

// roomSeq is an entry.
type roomSeq struct {
	room wire.ID
	seq  uint64
}

// The people who are woken: all of them by a message to a group, and some at the
// same time by one each.
const (
	sleepers = 1200
	directs  = 100
)

func killsPushing(t *testing.T, p *process, rounds int) {
	rnd, _ := random(t)
	t.Cleanup(p.kill)
	web := pushtest.NewWeb(t)
	trusted := filepath.Join(t.TempDir(), "push.pem")
	qt.Assert(t, qt.IsNil(os.WriteFile(trusted, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate()}), 0o600)))
	p.args, p.env = []string{"--push-private"}, []string{"SSL_CERT_FILE=" + trusted}

	d := newDoor()
	address, err := p.start(t.Context())
	qt.Assert(t, qt.IsNil(err))
	d.lead(address)
	people, err := d.accounts(t.Context(), 1+sleepers)
	qt.Assert(t, qt.IsNil(err))
	caller := d.api(people[0].Token)
	all := fallAsleep(t, d, web, people[1:])
	group, err := caller.CreateRoom(t.Context(), "everybody", all[0].ID)
	qt.Assert(t, qt.IsNil(err))
	for i := 1; i < len(all); i += 100 {
		var ids []wire.ID
		for j := range all[i:min(i+100, len(all))] {
			ids = append(ids, all[i+j].ID)
		}
		qt.Assert(t, qt.IsNil(caller.Invite(t.Context(), group.ID, ids...)))
	}
	for i := range directs {
		room, err := caller.CreateRoom(t.Context(), "", all[i].ID)
		qt.Assert(t, qt.IsNil(err))
		all[i].direct = room.ID
	}

	most := 0
	for round := range rounds {
		before := web.Count()
		want := make(map[wire.ID]uint64, 1+directs) // by room
		for i := range directs {
			want[all[i].direct] = call(t, caller, all[i].direct, round)
		}
		want[group.ID] = call(t, caller, group.ID, round)
		// Somewhere between the first and the last.
		at := before + 1 + rnd.IntN(sleepers+directs-1)
		until(t, time.Minute, func() bool { return web.Count() >= at })
		p.kill()
		address, err := p.start(t.Context())
		qt.Assert(t, qt.IsNil(err), qt.Commentf("round %d", round))
		d.lead(address)

		missing, twice := 0, 0
		awake := func() bool {
			missing, twice = 0, 0
			for i := range all {
				s := &all[i]
				for _, room := range []wire.ID{group.ID, s.direct} {
					if seq := want[room]; seq != 0 {
						n := s.woken(t, room, seq)
						missing += min(1, max(0, 1-n))
						twice += max(0, n-1)
					}
				}
			}
			return missing == 0
		}
		if !until(t, time.Minute, awake) {
			t.Fatalf("round %d: %d were not woken; the server's last words:\n%s", round, missing, p.output)
		}
		most = max(most, twice)
		qt.Assert(t, qt.IsTrue(twice <= notify.BatchSize), qt.Commentf("round %d: %d were woken twice", round, twice))
	}
	t.Attr("woken-twice-by-a-kill", fmt.Sprintf("%d at most of %d, in %d kills", most, sleepers+directs, rounds))
}

// fallAsleep subscribes a phone for each person.
func fallAsleep(t *testing.T, d *door, web *pushtest.WebService, people []account) []sleeper {
	t.Helper()
	all := make([]sleeper, len(people))
	var group errgroup.Group
	group.SetLimit(16)
	for i := range people {
		all[i] = sleeper{account: people[i], phone: web.Subscribe(), came: make(map[roomSeq]int)}
		group.Go(func() error {
			encode := base64.RawURLEncoding.EncodeToString
			s := &all[i].phone.Subscription
			body := map[string]any{
				"kind": "web", "endpoint": s.Endpoint, "keys": map[string]string{"p256dh": encode(s.P256dh), "auth": encode(s.Auth)},
			}
			return d.api(people[i].Token).Do(t.Context(), "PUT", "/v1/push/subscription", body, nil)
		})
	}
	qt.Assert(t, qt.IsNil(group.Wait()))
	return all
}

// call says something and gives its number.
func call(t *testing.T, caller *client.API, room wire.ID, round int) uint64 {
	t.Helper()
	var sent client.Sent
	body := map[string]any{"client_id": client.NewID(), "type": "text", "text": fmt.Sprint("round ", round)}
	qt.Assert(t, qt.IsNil(caller.Do(t.Context(), "POST", "/v1/rooms/"+room.String()+"/messages", body, &sent)))
	return sent.Seq
}

// woken is how often a message came to the phone.
func (s *sleeper) woken(t *testing.T, room wire.ID, seq uint64) int {
	t.Helper()
	messages := s.phone.Messages()
	for _, m := range messages[s.looked:] {
		var p notify.Payload
		qt.Assert(t, qt.IsNil(json.Unmarshal(m.Data, &p)))
		s.came[roomSeq{p.RoomID, p.Seq}]++
	}
	s.looked = len(messages)
	return s.came[roomSeq{room, seq}]
}
