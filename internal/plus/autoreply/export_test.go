package autoreply

import (
	"context"
	"net"
	"net/http"
	"sync"
)

var (
	ParseAnswer = parseAnswer
	ParseHome   = parseHome
)

// NewOver makes a Caller of one server, over pipes in memory. stop ends both.
func NewOver(serve http.HandlerFunc) (c *Caller, stop func()) {
	l := &pipes{conns: make(chan net.Conn), closed: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	server := &http.Server{
		BaseContext: func(net.Listener) context.Context { return ctx },
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			done.Add(1)
			defer done.Done()
			serve(w, r)
		}),
	}
	done.Go(func() { _ = server.Serve(l) })
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		here, there := net.Pipe()
		select {
		case l.conns <- there:
			return here, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	c = &Caller{public: &http.Client{Transport: transport}}
	return c, func() {
		transport.CloseIdleConnections()
		cancel()
		_ = server.Close()
		done.Wait()
	}
}

type pipes struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipes) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "memory"} }
