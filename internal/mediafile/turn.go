package mediafile

import (
	"image"

	"golang.org/x/image/draw"
)

// turnImage turns and mirrors a picture as EXIF numbers the ways. A photo stays
// in the planes in which it was decoded, which take less than half of what its
// pixels would.
func turnImage(img image.Image, turn int) image.Image {
	if turn == 1 {
		return img
	}
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	rect := image.Rect(0, 0, w, h)
	if turn >= 5 {
		rect = image.Rect(0, 0, h, w)
	}
	switch src := img.(type) {
	case *image.YCbCr:
		ratio, ok := turnedRatio(src.SubsampleRatio, turn)
		if !ok || b.Min != (image.Point{}) {
			break
		}
		out := image.NewYCbCr(rect, ratio)
		cw, ch := chromaSize(src)
		newWay(turn, w, h, 1, out.YStride).put(out.Y, src.Y, 0, w, h, src.YStride)
		newWay(turn, cw, ch, 1, out.CStride).put(out.Cb, src.Cb, 0, cw, ch, src.CStride)
		newWay(turn, cw, ch, 1, out.CStride).put(out.Cr, src.Cr, 0, cw, ch, src.CStride)
		return out
	case *image.Gray:
		out := image.NewGray(rect)
		newWay(turn, w, h, 1, out.Stride).put(out.Pix, src.Pix, 0, w, h, src.Stride)
		return out
	}
	out := image.NewRGBA(rect)
	way := newWay(turn, w, h, 4, out.Stride)
	if src, ok := img.(*image.RGBA); ok {
		way.put(out.Pix, src.Pix, 0, w, h, src.Stride)
		return out
	}
	band := image.NewRGBA(image.Rect(0, 0, w, min(h, 64)))
	for y := 0; y < h; y += band.Rect.Dy() {
		rows := min(band.Rect.Dy(), h-y)
		draw.Draw(band, image.Rect(0, 0, w, rows), img, b.Min.Add(image.Pt(0, y)), draw.Src)
		way.put(out.Pix, band.Pix, y, w, rows, band.Stride)
	}
	return out
}

// turnedRatio is how a turned picture samples colours. Two ratios have none that
// lies on its side.
func turnedRatio(r image.YCbCrSubsampleRatio, turn int) (image.YCbCrSubsampleRatio, bool) {
	if turn < 5 {
		return r, true
	}
	switch r {
	case image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio420:
		return r, true
	case image.YCbCrSubsampleRatio422:
		return image.YCbCrSubsampleRatio440, true
	case image.YCbCrSubsampleRatio440:
		return image.YCbCrSubsampleRatio422, true
	default:
		return r, false
	}
}

// chromaSize is the size of the planes of colours of a picture that begins at
// (0, 0).
func chromaSize(img *image.YCbCr) (w, h int) {
	last := img.COffset(img.Rect.Dx()-1, img.Rect.Dy()-1)
	return last%img.CStride + 1, last/img.CStride + 1
}

// way says where the samples of a picture are in the turned one: that of column
// x and row y begins at the byte start + x·right + y·down.
type way struct{ size, start, right, down int }

// newWay is the way of a picture of w × h samples into one with the stride.
func newWay(turn, w, h, size, stride int) way {
	right, low := (w-1)*size, (h-1)*stride // where the last column and row are when a picture keeps its sides
	if turn >= 5 {
		right, low = (w-1)*stride, (h-1)*size
	}
	switch turn {
	case 2:
		return way{size, right, -size, stride}
	case 3:
		return way{size, right + low, -size, -stride}
	case 4:
		return way{size, low, size, -stride}
	case 5:
		return way{size, 0, stride, size}
	case 6:
		return way{size, low, stride, -size}
	case 7:
		return way{size, right + low, -stride, -size}
	case 8:
		return way{size, right, -stride, size}
	}
	return way{size, 0, size, stride}
}

// put copies rows, the first of which is the row from of the picture. It goes by
// squares that the processor's caches hold.
func (t way) put(dst, src []byte, from, w, rows, stride int) {
	const side = 32
	for y0 := 0; y0 < rows; y0 += side {
		for x0 := 0; x0 < w; x0 += side {
			for y := y0; y < min(y0+side, rows); y++ {
				to := t.start + x0*t.right + (from+y)*t.down
				row := src[y*stride+x0*t.size : y*stride+min(x0+side, w)*t.size]
				if t.size == 1 {
					for _, v := range row {
						dst[to] = v
						to += t.right
					}
					continue
				}
				for ; len(row) > 0; row = row[t.size:] {
					copy(dst[to:to+t.size], row[:t.size])
					to += t.right
				}
			}
		}
	}
}
