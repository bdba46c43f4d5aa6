package mediafile

import (
	"image"
	"image/color"

	"golang.org/x/image/draw"
)

// shrink scales a picture so that its longer side has at most so many pixels,
// and lays it on white.
//
// The mean of whole squares of pixels comes first, a scaling to less than half
// after it. The kernel scalers of the draw package are as good in one step, and
// take 120 MB for a photo of 12 megapixels.
func shrink(img image.Image, side int) *image.RGBA {
	b := img.Bounds()
	w, h := fit(b.Dx(), b.Dy(), side)
	k := max(1, min(b.Dx()/w, b.Dy()/h))
	var in *image.RGBA
	if photo, ok := img.(*image.YCbCr); ok {
		in = meanOfPhoto(photo, k)
	} else {
		in = mean(onWhite(img), k)
	}
	if in.Rect.Dx() == w && in.Rect.Dy() == h {
		return in
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.ApproxBiLinear.Scale(out, out.Rect, in, in.Rect, draw.Src, nil)
	return out
}

// fit gives the size of a picture whose longer side is at most so long.
func fit(w, h, side int) (int, int) {
	switch {
	case max(w, h) <= side:
		return w, h
	case w >= h:
		return side, max(1, (h*side+w/2)/w)
	default:
		return max(1, (w*side+h/2)/h), side
	}
}

// onWhite gives the picture with nothing to be seen through.
func onWhite(img image.Image) *image.RGBA {
	if rgba, ok := img.(*image.RGBA); ok && rgba.Rect.Min == (image.Point{}) && rgba.Opaque() {
		return rgba
	}
	b := img.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(out, out.Rect, img, b.Min, draw.Over)
	return out
}

// mean gives a pixel for each square of k × k.
func mean(img *image.RGBA, k int) *image.RGBA {
	if k == 1 {
		return img
	}
	w, h := img.Rect.Dx()/k, img.Rect.Dy()/k
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	n := uint32(k * k)
	for y := range h {
		for x := range w {
			var r, g, b uint32
			for dy := range k {
				row := img.Pix[(y*k+dy)*img.Stride+x*k*4:]
				for dx := range k {
					r, g, b = r+uint32(row[dx*4]), g+uint32(row[dx*4+1]), b+uint32(row[dx*4+2])
				}
			}
			o := out.Pix[y*out.Stride+x*4:]
			o[0], o[1], o[2], o[3] = uint8(r/n), uint8(g/n), uint8(b/n), 255
		}
	}
	return out
}

// meanOfPhoto is mean on the planes of a JPEG. Brightness is the mean of the
// square; colour, which has fewer samples, that of its corners.
func meanOfPhoto(img *image.YCbCr, k int) *image.RGBA {
	r := img.Rect
	w, h := r.Dx()/k, r.Dy()/k
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	n := uint32(k * k)
	for y := range h {
		for x := range w {
			x0, y0 := r.Min.X+x*k, r.Min.Y+y*k
			var luma uint32
			for dy := range k {
				at := img.YOffset(x0, y0+dy)
				for _, v := range img.Y[at : at+k] {
					luma += uint32(v)
				}
			}
			var cb, cr uint32
			for _, at := range [4]int{
				img.COffset(x0, y0), img.COffset(x0+k-1, y0),
				img.COffset(x0, y0+k-1), img.COffset(x0+k-1, y0+k-1),
			} {
				cb, cr = cb+uint32(img.Cb[at]), cr+uint32(img.Cr[at])
			}
			red, green, blue := color.YCbCrToRGB(uint8(luma/n), uint8(cb/4), uint8(cr/4))
			o := out.Pix[y*out.Stride+x*4:]
			o[0], o[1], o[2], o[3] = red, green, blue, 255
		}
	}
	return out
}
