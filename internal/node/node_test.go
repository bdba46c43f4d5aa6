package node_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/cockroachdb/pebble/v2/vfs/errorfs"
	"github.com/coder/websocket"
	"github.com/go-quicktest/qt"
	"go.uber.org/goleak"

	"madang/internal/account"
	"madang/internal/chat"
	"madang/internal/db/dbtest"
	"madang/internal/node"
	"madang/internal/sms"
	"madang/internal/wire"
)

// forEach runs f with a node's settings for each engine.
func forEach(t *testing.T, f func(t *testing.T, c node.Config)) {
	config := func(t *testing.T) node.Config {
		return node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Sandbox: true}
	}
	t.Run("sqlite", func(t *testing.T) { f(t, config(t)) })
	t.Run("postgres", func(t *testing.T) {
		c := config(t)
		c.Database = dbtest.PostgresURL(t)
		f(t, c)
	})
}

func start(t *testing.T, c node.Config) *node.Node {
	t.Helper()
	n, err := node.Start(t.Context(), c)
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { qt.Check(t, qt.IsNil(n.Stop())) })
	return n
}

func status(t *testing.T, url string) int {
	t.Helper()
	answer, err := http.Get(url)
	qt.Assert(t, qt.IsNil(err))
	defer answer.Body.Close()
	_, err = io.Copy(io.Discard, answer.Body)
	qt.Assert(t, qt.IsNil(err))
	return answer.StatusCode
}

// person makes a test user.
func person(t *testing.T, n *node.Node) account.TestUser {
	t.Helper()
	users, err := n.People().CreateTestUsers(t.Context(), account.TestUsers{Count: 1})
	qt.Assert(t, qt.IsNil(err))
	return users[0]
}

func actor(u account.TestUser) chat.Actor {
	return chat.Actor{User: u.ID, Device: u.Device, Exempt: true}
}

// say sends a text into the person's memo room.
func say(t *testing.T, n *node.Node, u account.TestUser, client wire.ID, text string) (chat.Sent, error) {
	t.Helper()
	room, err := n.Chat().Create(t.Context(), actor(u), chat.NewRoom{})
	qt.Assert(t, qt.IsNil(err))
	return n.Chat().Send(t.Context(), actor(u), chat.Send{
		Room: room.ID, ClientID: client, Content: wire.Content{Type: wire.TypeText, Text: text},
	})
}

func TestStartStopStart(t *testing.T) {
	forEach(t, func(t *testing.T, c node.Config) {
		checkLeaks(t)
		first, err := node.Start(t.Context(), c)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(status(t, first.URL()+"/readyz"), 200))
		qt.Check(t, qt.Equals(first.URL(), "http://"+first.Addr().String()))
		ann := person(t, first)
		client := wire.ID{1}
		sent, err := say(t, first, ann, client, "stays")
		qt.Assert(t, qt.IsNil(err))
		epoch := first.Chat().Epoch()
		qt.Assert(t, qt.IsNil(first.Stop()))
		qt.Check(t, qt.IsNil(first.Wait()), qt.Commentf("a node that was stopped has no cause"))
		_, err = net.Dial("tcp", first.Addr().String())
		qt.Check(t, qt.IsNotNil(err))

		second := start(t, c)
		qt.Check(t, qt.Equals(second.Chat().Epoch(), epoch))
		again, err := say(t, second, ann, client, "stays")
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(again, sent), qt.Commentf("what was sent before is known after"))
		session, err := second.People().Authenticate(t.Context(), ann.Token)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(session.User, ann.ID))
	})
}

// checkLeaks fails the test when goroutines that it started outlive it.
func checkLeaks(t *testing.T) {
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		qt.Check(t, qt.IsNil(goleak.Find(before)))
	})
}

func TestOneNodeAFolder(t *testing.T) {
	c := node.Config{Listen: "127.0.0.1:0", Data: t.TempDir()}
	start(t, c)
	_, err := node.Start(t.Context(), c)
	qt.Check(t, qt.ErrorIs(err, node.ErrInUse))
	qt.Check(t, qt.ErrorMatches(err, "another madang already uses the folder .*; stop it first, or choose another folder with --data .*"))
}

func TestRefusedSettings(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	qt.Assert(t, qt.IsNil(err))
	defer taken.Close()
	gateway := sms.GatewayConfig{URL: "https://sms.example.org/"}
	tests := []struct {
		name string
		c    node.Config
		want string
	}{
		{"no folder", node.Config{}, "no data folder is given"},
		{"no address", node.Config{Data: "x", Listen: "8080"}, `"8080" is no address to listen on; .*`},
		{"port taken", node.Config{Data: "x", Listen: taken.Addr().String()}, "listen on .*: address already in use"},
		{"sandbox with real SMS", node.Config{Data: "x", Sandbox: true, SMS: gateway}, "a sandbox .* does not start on a server that sends real SMS"},
		{"open sandbox", node.Config{Data: "x", Sandbox: true, Listen: "0.0.0.0:0"}, "a sandbox .* needs a secret"},
		{"open sandbox on a name", node.Config{Data: "x", Sandbox: true, Listen: "example.org:0"}, "a sandbox .* needs a secret"},
		{"secret of nothing", node.Config{Data: "x", SandboxSecret: "s"}, "a sandbox secret is given, but no sandbox is asked for"},
		{"open profiles", node.Config{Data: "x", Debug: ":6060"}, `the debug address ":6060" must be a loopback address .*`},
		{"no database", node.Config{Listen: "127.0.0.1:0", Database: "postgres://nobody@127.0.0.1:1/none?connect_timeout=2"}, "open postgres: .*"},
		{"no provider", node.Config{Listen: "127.0.0.1:0", SMS: sms.GatewayConfig{URL: "carrier pigeon"}}, "sms gateway: .*"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.c.Data == "" && tt.c.Listen != "" || tt.c.Data == "x" {
				tt.c.Data = filepath.Join(t.TempDir(), "data")
			}
			n, err := node.Start(t.Context(), tt.c)
			qt.Check(t, qt.IsNil(n))
			qt.Check(t, qt.ErrorMatches(err, "(?s)"+tt.want))
		})
	}
}

// A file of the data folder that was made is nobody else's to read.
func TestDataFolderIsPrivate(t *testing.T) {
	c := node.Config{Listen: "127.0.0.1:0", Data: filepath.Join(t.TempDir(), "data")}
	start(t, c)
	folder, err := os.Stat(c.Data)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(folder.Mode().Perm(), 0o700))
}

func TestSetupLink(t *testing.T) {
	n := start(t, node.Config{Listen: "127.0.0.1:0", Data: t.TempDir()})
	link, err := n.SetupLink(t.Context())
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Matches(link, n.URL()+`/setup#[\w-]{43}`))
}

// terminal is what the node writes for the person who started it.
type terminal struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *terminal) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(b)
}

func (o *terminal) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}

// Without a provider a code stands in a line of the terminal, and on the phone
// page while nobody else can reach it.
func TestCodesWithoutProvider(t *testing.T) {
	out := &terminal{}
	n := start(t, node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Out: out})
	answer, err := http.Post(n.URL()+"/v1/auth/codes", "application/json", strings.NewReader(`{"phone":"+821012345678"}`))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsNil(answer.Body.Close()))
	qt.Check(t, qt.Equals(answer.StatusCode, 202))
	qt.Check(t, qt.Matches(out.String(), `SMS to \+821012345678: .*\d{6}.*\n`))

	page, query, _ := strings.Cut(n.Phones(), "?")
	qt.Check(t, qt.Equals(page, n.URL()+"/sandbox/"))
	qt.Check(t, qt.Matches(query, `secret=\w{26,}`))
	qt.Check(t, qt.Equals(status(t, n.Phones()), 200))
	qt.Check(t, qt.Equals(status(t, n.URL()+"/sandbox/v1/sms?"+query), 200))
	// A proxy on this machine asks for the name of this machine, but does not
	// know the secret.
	qt.Check(t, qt.Equals(status(t, n.URL()+"/sandbox/"), 401))
	qt.Check(t, qt.Equals(status(t, n.URL()+"/sandbox/v1/sms"), 401))
	users, err := http.Post(n.URL()+"/sandbox/v1/users?"+query, "application/json", strings.NewReader(`{"count":1}`))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsNil(users.Body.Close()))
	qt.Check(t, qt.Equals(users.StatusCode, 404), qt.Commentf("without a sandbox there are no test users"))

	other := start(t, node.Config{Listen: "127.0.0.1:0", Data: t.TempDir()})
	qt.Check(t, qt.Equals(status(t, other.URL()+"/sandbox/v1/sms?"+query), 401), qt.Commentf("every start has its own secret"))
	sandbox := start(t, node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Sandbox: true})
	qt.Check(t, qt.Equals(sandbox.Phones(), sandbox.URL()+"/sandbox/"))
	qt.Check(t, qt.Equals(status(t, sandbox.Phones()), 200))

	open := start(t, node.Config{Listen: "0.0.0.0:0", Data: t.TempDir()})
	qt.Check(t, qt.Equals(open.Phones(), ""))
	qt.Check(t, qt.Equals(status(t, open.URL()+"/sandbox/v1/sms"), 404))
	qt.Check(t, qt.IsTrue(strings.HasPrefix(open.URL(), "http://127.0.0.1:")))
}

func TestCodesByProvider(t *testing.T) {
	got := make(chan string, 1)
	provider := http.Server{Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		var m struct{ To string }
		if err := json.NewDecoder(r.Body).Decode(&m); err == nil {
			got <- m.To
		}
	})}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	qt.Assert(t, qt.IsNil(err))
	var serving sync.WaitGroup
	serving.Go(func() { _ = provider.Serve(l) })
	defer serving.Wait()
	defer provider.Close()

	n := start(t, node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), SMS: sms.GatewayConfig{URL: "http://" + l.Addr().String()}})
	answer, err := http.Post(n.URL()+"/v1/auth/codes", "application/json", strings.NewReader(`{"phone":"+821012345678"}`))
	qt.Assert(t, qt.IsNil(err))
	qt.Assert(t, qt.IsNil(answer.Body.Close()))
	qt.Check(t, qt.Equals(answer.StatusCode, 202))
	qt.Check(t, qt.Equals(<-got, "+821012345678"))
	qt.Check(t, qt.Equals(status(t, n.URL()+"/sandbox/v1/sms"), 404), qt.Commentf("codes are on phones alone"))
}

// After a failed sync the store can promise nothing more: the node says so and
// ends by itself.
func TestFailedSyncStopsTheNode(t *testing.T) {
	var broken atomic.Bool
	fs := errorfs.Wrap(vfs.NewMem(), errorfs.InjectorFunc(func(op errorfs.Op) error {
		sync := op.Kind == errorfs.OpFileSync || op.Kind == errorfs.OpFileSyncData || op.Kind == errorfs.OpFileSyncTo
		if broken.Load() && sync && strings.HasSuffix(op.Path, ".log") {
			return errorfs.ErrInjected
		}
		return nil
	}))
	n, err := node.Start(t.Context(), node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Sandbox: true, LogFS: fs})
	qt.Assert(t, qt.IsNil(err))
	ann := person(t, n)
	_, err = say(t, n, ann, wire.ID{1}, "on disk")
	qt.Assert(t, qt.IsNil(err))

	broken.Store(true)
	_, err = say(t, n, ann, wire.ID{2}, "nowhere")
	qt.Check(t, qt.ErrorMatches(err, "(?s).*log_stopped.*"))
	select {
	case <-n.Done():
	case <-time.After(20 * time.Second):
		t.Fatal("the node goes on")
	}
	qt.Check(t, qt.ErrorMatches(n.Wait(), "(?s)the room log cannot be written any more, so the server stops; nothing acknowledged is lost: .*"))
}

// Sockets are told to come back, and none of them holds the end up.
func TestStopWithOpenSockets(t *testing.T) {
	checkLeaks(t)
	n, err := node.Start(t.Context(), node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Sandbox: true})
	qt.Assert(t, qt.IsNil(err))
	ann := person(t, n)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	socket, _, err := websocket.Dial(ctx, strings.Replace(n.URL(), "http", "ws", 1)+"/v1/ws", nil)
	qt.Assert(t, qt.IsNil(err))
	defer socket.CloseNow()
	hello := `{"jsonrpc":"2.0","id":1,"method":"hello","params":{"token":"` + ann.Token + `"}}`
	qt.Assert(t, qt.IsNil(socket.Write(ctx, websocket.MessageText, []byte(hello))))
	_, first, err := socket.Read(ctx)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.StringContains(string(first), ann.ID.String()))

	stopped := make(chan error, 1)
	began := time.Now()
	go func() { stopped <- n.Stop() }()
	var last []byte
	for {
		_, frame, err := socket.Read(ctx)
		if err != nil {
			qt.Check(t, qt.Equals(websocket.CloseStatus(err), 4002))
			break
		}
		last = frame
	}
	qt.Check(t, qt.StringContains(string(last), `"bye"`))
	qt.Check(t, qt.IsNil(<-stopped))
	qt.Check(t, qt.IsTrue(time.Since(began) < 10*time.Second))
}

func TestDebug(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	qt.Assert(t, qt.IsNil(err))
	address := l.Addr().String()
	qt.Assert(t, qt.IsNil(l.Close()))
	n := start(t, node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Debug: address})
	qt.Check(t, qt.Equals(status(t, "http://"+address+"/debug/pprof/goroutine?debug=1"), 200))
	qt.Check(t, qt.Equals(status(t, n.URL()+"/debug/pprof/"), 404), qt.Commentf("the public address has no profiles"))
}

// A page that holds the token in its cookie opens a socket without knowing it;
// a page from elsewhere opens none.
func TestSocketByCookie(t *testing.T) {
	n := start(t, node.Config{Listen: "127.0.0.1:0", Data: t.TempDir(), Sandbox: true})
	ann := person(t, n)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	dial := func(origin string) (*websocket.Conn, error) {
		c, answer, err := websocket.Dial(ctx, strings.Replace(n.URL(), "http", "ws", 1)+"/v1/ws", &websocket.DialOptions{
			HTTPHeader: http.Header{"Origin": {origin}, "Cookie": {"madang=" + ann.Token}},
		})
		if err != nil && answer != nil {
			qt.Check(t, qt.Equals(answer.StatusCode, http.StatusForbidden))
		}
		return c, err
	}
	socket, err := dial(n.URL())
	qt.Assert(t, qt.IsNil(err))
	defer socket.CloseNow()
	qt.Assert(t, qt.IsNil(socket.Write(ctx, websocket.MessageText, []byte(`{"jsonrpc":"2.0","id":1,"method":"hello","params":{}}`))))
	_, frame, err := socket.Read(ctx)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.StringContains(string(frame), ann.ID.String()))

	_, err = dial("https://elsewhere.example")
	qt.Check(t, qt.IsNotNil(err))
}
