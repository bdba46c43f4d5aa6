package socket

// Limits bound what one connection may bring over time. Zero fields are no
// limit.
type Limits struct {
	Bytes       int // a second, on average
	BytesBurst  int // at once after silence
	Frames      int // a second, on average; control frames count
	FramesBurst int
}

var (
	errBytes  = &closing{CodeLimits, "too many bytes a second"}
	errFrames = &closing{CodeLimits, "too many frames a second"}
)

// budget is how much of its limits a connection has left: two token buckets.
// They are refilled in steps of the loop's coarse clock, so that no clock is
// read for a frame.
type budget struct {
	tick       uint32 // of the last refill
	bytesLeft  int32
	framesLeft int32
}

// bytes takes n bytes from the budget at the given tick.
func (b *budget) bytes(l *Limits, tick uint32, n int) error {
	if l == nil {
		return nil
	}
	if tick != b.tick {
		ticks := int(min(tick-b.tick, 60*ticksPerSecond))
		b.tick = tick
		b.bytesLeft = refill(b.bytesLeft, ticks, l.Bytes, l.BytesBurst)
		b.framesLeft = refill(b.framesLeft, ticks, l.Frames, l.FramesBurst)
	}
	if l.Bytes == 0 {
		return nil
	}
	if b.bytesLeft -= int32(n); b.bytesLeft < 0 {
		return errBytes
	}
	return nil
}

// frame takes one frame from the budget.
func (b *budget) frame(l *Limits) error {
	if l == nil || l.Frames == 0 {
		return nil
	}
	if b.framesLeft--; b.framesLeft < 0 {
		return errFrames
	}
	return nil
}

func refill(left int32, ticks, rate, burst int) int32 {
	return int32(min(int(left)+ticks*rate/ticksPerSecond, burst))
}
