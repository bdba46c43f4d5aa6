package chat_test

import (
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/chat/chattest"
)

func TestTwoPeopleTalk(t *testing.T) {
	chattest.Each(t, func(t *testing.T, h *chattest.House) {
		ann, ben := h.Two()
		room := h.Direct(ann, ben)
		qt.Check(t, qt.Equals(h.Direct(ben, ann), room))
		seq := h.Say(ann, room, "안녕 \"ben\"\n")
		qt.Check(t, qt.Equals(seq, 1))
		e := h.Entry(ben, room, 1)
		qt.Check(t, qt.Equals(e.Text, "안녕 \"ben\"\n"))
		qt.Check(t, qt.Equals(*e.UnreadBy, 1))
		qt.Check(t, qt.Equals(h.Room(ben, room).Unread, 1))
		h.Read(ben, room, 1)
		qt.Check(t, qt.Equals(h.Room(ben, room).Unread, 0))
		qt.Check(t, qt.Equals(*h.Entry(ann, room, 1).UnreadBy, 0))
		list := h.List(ben)
		qt.Assert(t, qt.HasLen(list, 1))
		qt.Check(t, qt.Equals(list[0].LastMessage.Text, "안녕 \"ben\"\n"))
	})
}
