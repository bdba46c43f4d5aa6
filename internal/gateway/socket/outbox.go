package socket

import (
	"sync"

	"github.com/gobwas/ws"
)

// outbox is the output of a connection that is queued and not yet taken by a
// writer. A connection at rest has none.
type outbox struct {
	frames [][]byte // JSON texts, shared with other connections or in own
	own    []byte   // where texts for this connection alone are kept
	held   int      // bytes of frames that count towards maxQueued
	large  int      // bytes of the others
}

const (
	// maxQueued bounds the bytes of the frames queued for one connection,
	// answers to slow calls excepted (those wait until the queue is short; see
	// [Conn.Backlog]). What a drainer has taken comes on top, at most as much
	// again. A connection that needs more is closed with CodeResume.
	maxQueued = 1 << 20
	// maxQueuedFrames bounds their number.
	maxQueuedFrames = 8192
	// maxGather is the size up to which queued texts leave as one array. A
	// text that is larger by itself leaves as it is.
	maxGather = 64 << 10
	// outboxes with more room than this are not kept for others.
	maxKeptFrames = 512
	maxKeptBytes  = 32 << 10
)

var outboxes = sync.Pool{New: func() any { return new(outbox) }}

// release gives an outbox back for others to use. nil is allowed.
func (o *outbox) release() {
	if o == nil || cap(o.frames) > maxKeptFrames || cap(o.own) > maxKeptBytes {
		return
	}
	clear(o.frames)
	*o = outbox{frames: o.frames[:0], own: o.own[:0]}
	outboxes.Put(o)
}

// full reports whether n more bytes would break the bounds.
func (o *outbox) full(n int) bool {
	return o.held+n > maxQueued || len(o.frames) >= maxQueuedFrames
}

// copyIn keeps a copy of the text. Earlier texts stay valid when own grows,
// because they keep the array that they were made in.
func (o *outbox) copyIn(text []byte) {
	from := len(o.own)
	o.own = append(o.own, text...)
	o.frames = append(o.frames, o.own[from:len(o.own):len(o.own)])
}

// appendFrames writes the queued texts to b as text frames: one alone as it is,
// several as a JSON array.
func (o *outbox) appendFrames(b []byte) []byte {
	for i := 0; i < len(o.frames); {
		end, size := i+1, len(o.frames[i])
		for end < len(o.frames) && size+1+len(o.frames[end]) <= maxGather {
			size += 1 + len(o.frames[end])
			end++
		}
		if end == i+1 {
			b = appendText(b, o.frames[i])
			i = end
			continue
		}
		b = appendHeader(b, ws.OpText, size+2)
		b = append(b, '[')
		b = append(b, o.frames[i]...)
		for _, f := range o.frames[i+1 : end] {
			b = append(b, ',')
			b = append(b, f...)
		}
		b = append(b, ']')
		i = end
	}
	return b
}

func appendText(b, text []byte) []byte {
	return append(appendHeader(b, ws.OpText, len(text)), text...)
}
