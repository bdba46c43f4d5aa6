package mediafile

import (
	"fmt"
	"image"
	"image/color"
	"testing"

	"github.com/go-quicktest/qt"
	"golang.org/x/image/draw"
)

// where gives the pixel of a picture of w × h that is at (x, y) of the turned one,
// as EXIF 2.32 describes the values of tag 0x0112.
func where(turn, w, h, x, y int) (int, int) {
	return map[int]func() (int, int){
		1: func() (int, int) { return x, y },
		2: func() (int, int) { return w - 1 - x, y },
		3: func() (int, int) { return w - 1 - x, h - 1 - y },
		4: func() (int, int) { return x, h - 1 - y },
		5: func() (int, int) { return y, x },
		6: func() (int, int) { return y, h - 1 - x },
		7: func() (int, int) { return w - 1 - y, h - 1 - x },
		8: func() (int, int) { return w - 1 - y, x },
	}[turn]()
}

// Every kind of picture is turned to the pixel, whatever its size.
func TestTurn(t *testing.T) {
	shades := func(w, h int) image.Image {
		img := image.NewNRGBA(image.Rect(0, 0, w, h))
		for y := range h {
			for x := range w {
				img.Set(x, y, color.NRGBA{uint8(x * 3), uint8(y * 5), uint8(x + y), 255})
			}
		}
		return img
	}
	planes := func(ratio image.YCbCrSubsampleRatio) func(w, h int) image.Image {
		return func(w, h int) image.Image {
			img := image.NewYCbCr(image.Rect(0, 0, w+7, h+5), ratio)
			for i := range img.Y {
				img.Y[i] = uint8(i * 7)
			}
			for i := range img.Cb {
				img.Cb[i], img.Cr[i] = uint8(i*3), uint8(i*5)
			}
			return img.SubImage(image.Rect(0, 0, w, h)) // as the decoder cuts off what is in no picture
		}
	}
	into := func(empty func(image.Rectangle) draw.Image) func(w, h int) image.Image {
		return func(w, h int) image.Image {
			img := empty(image.Rect(0, 0, w, h))
			draw.Draw(img, img.Bounds(), shades(w, h), image.Point{}, draw.Src)
			return img
		}
	}
	for name, picture := range map[string]func(w, h int) image.Image{
		"NRGBA": shades,
		"RGBA":  into(func(r image.Rectangle) draw.Image { return image.NewRGBA(r) }),
		"Gray":  into(func(r image.Rectangle) draw.Image { return image.NewGray(r) }),
		"CMYK":  into(func(r image.Rectangle) draw.Image { return image.NewCMYK(r) }),
		"4:4:4": planes(image.YCbCrSubsampleRatio444),
		"4:2:2": planes(image.YCbCrSubsampleRatio422),
		"4:2:0": planes(image.YCbCrSubsampleRatio420),
		"4:4:0": planes(image.YCbCrSubsampleRatio440),
		"4:1:1": planes(image.YCbCrSubsampleRatio411),
		"4:1:0": planes(image.YCbCrSubsampleRatio410),
	} {
		for _, size := range []image.Point{{80, 64}, {4, 72}, {136, 4}} {
			for turn := 1; turn <= 8; turn++ {
				t.Run(fmt.Sprint(name, size, turn), func(t *testing.T) {
					img := picture(size.X, size.Y)
					got := turnImage(img, turn)
					w, h := size.X, size.Y
					if turn >= 5 {
						w, h = h, w
					}
					qt.Assert(t, qt.Equals(got.Bounds(), image.Rect(0, 0, w, h)))
					for y := range h {
						for x := range w {
							sx, sy := where(turn, size.X, size.Y, x, y)
							r, g, b, a := img.At(sx, sy).RGBA()
							// With eight bits, which is what RGBA keeps.
							want := [4]uint32{r >> 8, g >> 8, b >> 8, a >> 8}
							r, g, b, a = got.At(x, y).RGBA()
							qt.Assert(t, qt.Equals([4]uint32{r >> 8, g >> 8, b >> 8, a >> 8}, want), qt.Commentf("at %d, %d", x, y))
						}
					}
				})
			}
		}
	}
	// A column or row of colours that stands for one of brightness alone.
	for _, size := range []image.Point{{1, 1}, {5, 3}, {7, 1}, {33, 65}} {
		for turn := 1; turn <= 8; turn++ {
			got := turnImage(planes(image.YCbCrSubsampleRatio420)(size.X, size.Y), turn).Bounds()
			if turn >= 5 {
				got.Max.X, got.Max.Y = got.Max.Y, got.Max.X
			}
			qt.Check(t, qt.Equals(got.Max, size))
		}
	}
}
