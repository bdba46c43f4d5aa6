package load

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"madang/client"
	"madang/internal/notify"
	"madang/internal/push"
	"madang/internal/push/pushtest"
)

const (
	pushSample  = 100 // one of so many notifications is decrypted by the service
	pushAtOnce  = 64  // notifications on their way at the same time
	pushText    = "The quick brown fox jumps over the lazy dog, and then comes back for the picnic basket."
	pushSender  = "Kim Jiwoo"
	pushExpires = 24 * time.Hour
)

var pushScenario = scenario{
	name: "push",
	shape: func(o *Options) string {
		return fmt.Sprintf("web pushes for %d devices, to a push service in this process", o.Devices)
	},
	standard: func(o *Options) bool { return o.Devices == 2000 },
	figures: []Figure{
		{Name: "encrypted", Unit: "/s"},
		{Name: "encryption", Unit: "µs of processor each", AtMost: true},
		{Name: "prepared", Unit: "/s", Goal: 5000},
		{Name: "preparation", Unit: "µs of processor each", AtMost: true},
		{Name: "delivered", Unit: "/s"},
		{Name: "delivery", Unit: "µs of processor each", AtMost: true},
	},
	alone: true,
	run:   runPush,
}

// pushes are devices of a push service and what is sent to them.
type pushes struct {
	service *push.Service
	web     *pushtest.WebService
	devices []*pushtest.Device
	rooms   []client.ID // of each device, the one it hears of
	next    atomic.Uint64
}

// runPush measures the three steps apart: encryption alone; preparation, which
// is the payload, its encryption and the request with its VAPID proof; delivery,
// which is that and the way to a push service and back, over TLS. The service
// shares the process, and its work is a part of the last figure.
func runPush(ctx context.Context, o *Options, _ *target, report progress) (s sample, checked string, err error) {
	p := &pushes{web: pushtest.StartWeb(pushSample)}
	defer p.web.Close()
	p.service, err = push.New(push.Config{Key: bytes.Repeat([]byte{7}, 32), Private: true, TLS: p.web.TLS()})
	if err != nil {
		return nil, "", err
	}
	defer p.service.Close()
	for range o.Devices {
		p.devices, p.rooms = append(p.devices, p.web.Subscribe()), append(p.rooms, client.NewID())
	}
	s = sample{}
	step := func(rate, cost string, workers int, f func(ctx context.Context, number uint64) error) error {
		n, cpu, took, err := p.repeat(ctx, o.span(), workers, rate, report, f)
		if err != nil {
			return fmt.Errorf("%s: %w", cost, err)
		}
		s[rate] = n / took.Seconds()
		if cpu > 0 {
			s[cost] = 1e6 * cpu / n
		}
		return nil
	}
	plain, _, err := p.note(0)
	if err != nil {
		return nil, "", err
	}
	err = step("encrypted", "encryption", runtime.GOMAXPROCS(0), func(_ context.Context, number uint64) error {
		d := p.devices[number%uint64(len(p.devices))]
		_, err := push.Encrypt(plain.Data, &d.Subscription)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	err = step("prepared", "preparation", runtime.GOMAXPROCS(0), func(ctx context.Context, number uint64) error {
		n, d, err := p.note(number)
		if err == nil {
			_, err = p.service.Prepare(ctx, &d.Subscription, n)
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	first := p.next.Load()
	err = step("delivered", "delivery", pushAtOnce, func(ctx context.Context, number uint64) error {
		n, d, err := p.note(number)
		if err == nil {
			err = p.service.Push(ctx, &d.Subscription, n)
		}
		return err
	})
	if err != nil {
		return nil, "", err
	}
	checked, err = p.check(first, p.next.Load())
	return s, checked, err
}

// repeat calls f from so many goroutines for as long as the span is, and gives
// how often that was, and what it took of this process, in the measured part.
func (p *pushes) repeat(ctx context.Context, s span, workers int, what string, report progress,
	f func(ctx context.Context, number uint64) error,
) (n, cpu float64, took time.Duration, err error) {
	group, ctx := errgroup.WithContext(ctx)
	var done atomic.Uint64
	var stop atomic.Bool
	begun, begin := context.WithCancel(ctx) // ends when the first is done
	defer begin()
	for range workers {
		group.Go(func() error {
			for !stop.Load() && ctx.Err() == nil {
				if err := f(ctx, p.next.Add(1)-1); err != nil {
					return err
				}
				done.Add(1)
				begin()
			}
			return nil
		})
	}
	<-begun.Done()
	var from, to uint64
	var before, after float64
	took, err = s.watch(ctx, report, func() string { return fmt.Sprintf("%d %s", done.Load(), what) },
		func() error { before, from = selfSeconds(), done.Load(); return nil },
		func() error { to, after = done.Load(), selfSeconds(); return nil })
	stop.Store(true)
	if failed := group.Wait(); failed != nil {
		err = failed
	}
	if err == nil && to == from {
		err = errors.New("nothing was done in the measured time")
	}
	return float64(to - from), after - before, took, err
}

// note makes a notification as the server does for a message.
func (p *pushes) note(number uint64) (*push.Notification, *pushtest.Device, error) {
	i := number % uint64(len(p.devices))
	room := p.rooms[i]
	data, err := json.Marshal(notify.Payload{
		Type: notify.TypeMessage, RoomID: room, Seq: number, Title: pushSender, Body: pushText, SenderID: room, Badge: number % 100,
	})
	if err != nil {
		return nil, nil, fmt.Errorf("payload: %w", err)
	}
	return &push.Notification{Topic: topic(room), Data: data, Urgent: true, TTL: pushExpires}, p.devices[i], nil
}

func topic(room client.ID) string { return base64.RawURLEncoding.EncodeToString(room[:]) }

// check compares what came with what was sent: numbers from the first to before
// the end.
func (p *pushes) check(first, end uint64) (string, error) {
	if broken := p.web.Broken(); len(broken) > 0 {
		return "", fmt.Errorf("the push service refused: %w", errors.Join(broken...))
	}
	if got := p.web.Count(); uint64(got) != end-first {
		return "", fmt.Errorf("the push service took %d of %d notifications", got, end-first)
	}
	looked := map[uint64]bool{}
	for i, d := range p.devices {
		for _, m := range d.Messages() {
			var got notify.Payload
			if err := json.Unmarshal(m.Data, &got); err != nil {
				return "", fmt.Errorf("device %d got what is no payload: %w", i, err)
			}
			switch {
			case got.Seq < first || got.Seq >= end || got.Seq%uint64(len(p.devices)) != uint64(i):
				return "", fmt.Errorf("device %d got notification %d, which was not sent to it", i, got.Seq)
			case looked[got.Seq]:
				return "", fmt.Errorf("device %d got notification %d twice", i, got.Seq)
			case got.RoomID != p.rooms[i] || got.Body != pushText || m.Topic != topic(p.rooms[i]):
				return "", fmt.Errorf("device %d got another notification than was sent: %s", i, m.Data)
			}
			looked[got.Seq] = true
		}
	}
	if len(looked) == 0 {
		return "", errors.New("the push service looked at no notification")
	}
	return fmt.Sprintf("the service took all %d notifications; the proof of %d of them was verified, and their device decrypted what was sent",
		end-first, len(looked)), nil
}
