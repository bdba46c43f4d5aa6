package chat_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/chat"
	"madang/internal/chat/chattest"
	"madang/internal/fault"
	"madang/internal/wire"
)

type (
	house = chattest.House
	actor = chat.Actor
)

// each runs f on both engines.
func each(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	chattest.Each(t, f)
}

// is checks that an error has a code. 0 is no error.
func is(t testing.TB, err error, code fault.Code) {
	t.Helper()
	if code == 0 {
		qt.Check(t, qt.IsNil(err))
		return
	}
	if !fault.Has(err, code) {
		t.Errorf("got error %v, want %v", err, code)
	}
}

// fieldOf is the part of the request that an error names.
func fieldOf(err error) string {
	if e, ok := errors.AsType[*fault.Error](err); ok {
		return e.Field
	}
	return ""
}

// texts is what a person sees of a room: one word an entry.
func texts(list []wire.Entry) []string {
	var out []string
	for _, e := range list {
		switch {
		case e.Kind == wire.KindNotice:
			out = append(out, "("+string(e.Notice.Event)+")")
		case e.Kind != wire.KindMessage:
			out = append(out, fmt.Sprintf("<%s %d>", e.Kind, e.TargetSeq))
		case e.Deleted:
			out = append(out, "<deleted>")
		default:
			out = append(out, e.Text)
		}
	}
	return out
}

func ids(actors ...actor) []chat.UserID {
	var out []chat.UserID
	for _, a := range actors {
		out = append(out, a.User)
	}
	return out
}

// stranger is somebody whom nobody knows.
func stranger() actor { return actor{User: chattest.NewID(), Exempt: true} }
