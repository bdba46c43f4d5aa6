package httpapi_test

import (
	"fmt"
	"net"
	"testing"

	"github.com/go-quicktest/qt"
)

// What pages look like is tested in package preview; here, who gets which answer,
// and that a server as it is started by everybody looks at nothing inside.
func previews(t *testing.T, s *server) {
	p := s.people(3)
	ann, ben, eve := p[0], p[1], p[2]
	room := ann.direct(ben)
	preview := func(seq int) string { return fmt.Sprintf("/v1/rooms/%s/messages/%d/preview", room, seq) }

	plain := ann.say(room, "no address")
	ben.fail(404, "preview_none", "GET", preview(plain), nil)
	ben.fail(404, "entry_unknown", "GET", preview(plain+1), nil)
	ben.fail(422, "seq_invalid", "GET", preview(0), nil)
	eve.fail(404, "room_unknown", "GET", preview(plain), nil)

	inside, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	qt.Assert(t, qt.IsNil(err))
	defer inside.Close()
	met := make(chan struct{})
	go func() {
		defer close(met)
		for {
			c, err := inside.Accept()
			if err != nil {
				return
			}
			t.Errorf("the server connected to %s", c.LocalAddr())
			c.Close()
		}
	}()
	_, port, err := net.SplitHostPort(inside.Addr().String())
	qt.Assert(t, qt.IsNil(err))
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"} {
		link := ann.say(room, "http://"+host+":"+port+"/")
		ben.fail(404, "preview_none", "GET", preview(link), nil)
	}
	qt.Assert(t, qt.IsNil(inside.Close()))
	<-met

	deleted := ann.say(room, "https://127.0.0.1:443/")
	ann.call(200, "DELETE", fmt.Sprintf("/v1/rooms/%s/messages/%d?for=all", room, deleted), nil)
	ben.fail(404, "entry_unknown", "GET", preview(deleted), nil)
	hidden := ann.say(room, "https://127.0.0.1:443/")
	ben.call(200, "DELETE", fmt.Sprintf("/v1/rooms/%s/messages/%d?for=me", room, hidden), nil)
	ben.fail(404, "entry_unknown", "GET", preview(hidden), nil)
	ann.fail(404, "preview_none", "GET", preview(hidden), nil)
}
