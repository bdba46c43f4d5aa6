package load

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math"
	"sync/atomic"
	"time"

	"madang/client"
	"madang/internal/mediafile"
)

const (
	photosAtOnce  = 16 // uploads at the same time, each of another person
	photosUpright = 2  // one of so many is taken with the phone upright, and has to be turned
	photosWhole   = 20 // of one of so many the whole is fetched
)

// maxMegapixels are as many as a server takes.
const maxMegapixels = mediafile.MaxPixels / 1_000_000

// The longer sides of thumbnails, as client.MediaLinks promises them.
const (
	largeSide = 1280
	smallSide = 320
)

var photosScenario = scenario{
	name: "photos",
	shape: func(o *Options) string {
		return fmt.Sprintf("%d photos of %d megapixels, %d at once, every second one to be turned", o.Photos, o.Megapixels, photosAtOnce)
	},
	standard: func(o *Options) bool { return o.Photos == 1000 && o.Megapixels == 12 },
	figures: []Figure{
		{Name: "photos", Unit: "/s"},
		{Name: "uploaded", Unit: "MB/s"},
		{Name: "server processor", Unit: "s/photo", AtMost: true},
		{Name: "load processor", Unit: "s/photo", AtMost: true},
		{Name: "median upload", Unit: "s", AtMost: true},
		{Name: "highest memory", Unit: "MB", Goal: 400, AtMost: true},
	},
	run: runPhotos,
}

// uploaded is a photo that the server has made ready.
type uploaded struct {
	*client.Media
	owner user
	sent  int // bytes
	took  time.Duration
}

// runPhotos uploads photos as phones do. The time ends when the server has made
// the last one ready: its record names its thumbnails. They are looked at after
// the measured time.
func runPhotos(ctx context.Context, o *Options, t *target, report progress) (s sample, checked string, err error) {
	report(0, 0, "making a photo")
	camera, err := newPhotographer(o.Megapixels)
	if err != nil {
		return nil, "", err
	}
	people, err := t.users(ctx, photosAtOnce)
	if err != nil {
		return nil, "", err
	}
	before, err := t.process(ctx, true)
	if err != nil {
		return nil, "", err
	}
	photos := make([]uploaded, o.Photos)
	var done atomic.Int64
	self, start := selfSeconds(), time.Now()
	err = each(ctx, o.Photos, photosAtOnce, func(ctx context.Context, i int) error {
		p := &photos[i]
		p.owner = people[i%len(people)]
		photo := camera.photo(i, upright(i))
		p.sent = len(photo)
		began := time.Now()
		u := client.Upload{Kind: "photo", Name: fmt.Sprintf("photo %d.jpg", i+1), Size: int64(len(photo))}
		m, err := t.as(p.owner).Upload(ctx, u, bytes.NewReader(photo))
		if err != nil {
			return fmt.Errorf("photo %d: %w", i+1, err)
		}
		p.Media, p.took = m, time.Since(began)
		report(0, 0, fmt.Sprintf("%d of %d photos", done.Add(1), o.Photos))
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	took, load := time.Since(start), selfSeconds()-self
	after, err := t.process(ctx, false)
	if err != nil {
		return nil, "", err
	}

	report(0, 0, "looking at the photos")
	var wholes atomic.Int64
	err = each(ctx, o.Photos, photosAtOnce, func(ctx context.Context, i int) error {
		whole := i%photosWhole < 2 // one that was turned and one that was not
		if whole {
			wholes.Add(1)
		}
		if err := camera.check(ctx, t, &photos[i], upright(i), whole); err != nil {
			return fmt.Errorf("photo %d: %w", i+1, err)
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	var times latencies
	bytes, n := 0, float64(o.Photos)
	for i := range photos {
		times, bytes = append(times, photos[i].took), bytes+photos[i].sent
	}
	times.sort()
	s = sample{
		"photos":           n / took.Seconds(),
		"uploaded":         float64(bytes) / 1e6 / took.Seconds(),
		"server processor": (after.CPUSeconds - before.CPUSeconds) / n,
		"load processor":   load / n,
		"median upload":    percentile(times, 50).Seconds(),
	}
	if after.PeakBytes > 0 {
		s["highest memory"] = after.PeakBytes / 1e6
	}
	return s, fmt.Sprintf("%d photos of %.2f MB are ready in the right size, all with both thumbnails; %d were fetched whole, without EXIF",
		o.Photos, float64(bytes)/1e6/n, wholes.Load()), nil
}

// upright tells whether a photo was taken with the phone upright.
func upright(number int) bool { return number%photosUpright == 1 }

// check looks at what the server made of a photo.
func (p *photographer) check(ctx context.Context, t *target, u *uploaded, upright, whole bool) error {
	w, h := p.width, p.height
	if upright {
		w, h = h, w
	}
	switch {
	case u.State != "ready" || u.Kind != "photo" || u.Mime != "image/jpeg" || u.Size < 1:
		return fmt.Errorf("it is %s, a %s of type %s with %d bytes", u.State, u.Kind, u.Mime, u.Size)
	case u.Width != w || u.Height != h:
		return fmt.Errorf("it has %d × %d pixels, not %d × %d", u.Width, u.Height, w, h)
	case u.Blur == "" || u.Links == nil:
		return errors.New("it has no placeholder or no links")
	}
	large, err := t.picture(ctx, u, u.Links.Large)
	if err != nil {
		return fmt.Errorf("large thumbnail: %w", err)
	}
	small, err := t.picture(ctx, u, u.Links.Small)
	if err != nil {
		return fmt.Errorf("small thumbnail: %w", err)
	}
	if err := errors.Join(fits("large", large, w, h, largeSide), fits("small", small, w, h, smallSide)); err != nil || !whole {
		return err
	}
	b, err := t.fetch(ctx, u, u.Links.Original)
	if err != nil {
		return fmt.Errorf("the whole: %w", err)
	}
	c, err := jpeg.DecodeConfig(bytes.NewReader(b))
	switch {
	case err != nil:
		return fmt.Errorf("the whole: %w", err)
	case int64(len(b)) != u.Size || c.Width != w || c.Height != h:
		return fmt.Errorf("the whole has %d bytes and %d × %d pixels, not %d and %d × %d", len(b), c.Width, c.Height, u.Size, w, h)
	case bytes.Contains(b, []byte(exifMark)):
		return errors.New("it still says what took it")
	}
	return nil
}

func (t *target) fetch(ctx context.Context, u *uploaded, link string) ([]byte, error) {
	var b bytes.Buffer
	_, err := t.as(u.owner).Download(ctx, link, &b)
	return b.Bytes(), err
}

// picture fetches a thumbnail and decodes it.
func (t *target) picture(ctx context.Context, u *uploaded, link string) (image.Image, error) {
	b, err := t.fetch(ctx, u, link)
	if err != nil {
		return nil, err
	}
	return jpeg.Decode(bytes.NewReader(b))
}

// fits checks that a thumbnail of a picture has the side that it is to have.
func fits(name string, img image.Image, w, h, side int) error {
	side = min(side, max(w, h))
	got := img.Bounds()
	long, other := max(got.Dx(), got.Dy()), min(got.Dx(), got.Dy())
	want := float64(side*min(w, h)) / float64(max(w, h))
	if long != side || math.Abs(float64(other)-want) > 1 || (w > h) != (got.Dx() > got.Dy()) {
		return fmt.Errorf("the %s thumbnail has %d × %d pixels", name, got.Dx(), got.Dy())
	}
	return nil
}
