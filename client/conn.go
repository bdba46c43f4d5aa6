package client

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gobwas/ws"
)

// DialOptions say how to connect. The zero value is good.
type DialOptions struct {
	// Header is sent with the request, such as Cookie or Origin.
	Header http.Header
	// TLS is used for https and wss addresses; nil means the usual roots.
	TLS *tls.Config
	// NetDial makes the connection below; nil means net.Dialer.
	NetDial func(ctx context.Context, network, addr string) (net.Conn, error)
	// MaxMessage is the largest message taken from the server, in bytes; a
	// larger one ends the connection. 0 means 8 MiB.
	MaxMessage int
	// Silence is how long nothing may come from the server, which pings at
	// least every minute, before the connection counts as dead. 0 means for
	// ever.
	Silence time.Duration
}

// Conn is one WebSocket to a server: raw messages in, calls out. It does not
// say hello, does not answer anything but pings and keeps nothing of what
// passes. While nothing passes it holds no buffer.
//
// One goroutine must be in [Conn.Serve]; the other methods may be called by any
// goroutine at any time.
type Conn struct {
	nc      net.Conn
	raw     syscall.RawConn // nil when the connection has no descriptor of its own, as with TLS
	max     int
	silence time.Duration
	in      input

	mu      sync.Mutex
	out     outgoing
	writing bool  // a goroutine is writing and takes what is queued meanwhile
	err     error // why nothing can be written any more
	expires time.Time
}

// Dial connects to the socket of the server at base, which may be given as
// http, https, ws or wss address and without the path of the socket. ctx bounds
// the connecting only.
func Dial(ctx context.Context, base string, o DialOptions) (*Conn, error) {
	d := ws.Dialer{NetDial: o.NetDial, TLSConfig: o.TLS, Header: ws.HandshakeHeaderHTTP(o.Header), Timeout: 30 * time.Second}
	nc, buffered, _, err := d.Dial(ctx, socketURL(base))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", base, err)
	}
	c := &Conn{nc: nc, max: o.MaxMessage, silence: o.Silence}
	if c.max <= 0 {
		c.max = 8 << 20
	}
	if sc, ok := nc.(syscall.Conn); ok && readsRaw {
		if c.raw, err = sc.SyscallConn(); err != nil {
			return nil, errors.Join(fmt.Errorf("connect to %s: %w", base, err), nc.Close())
		}
	}
	if buffered != nil {
		// The server spoke at once: what came with its handshake is first.
		early, err := buffered.Peek(buffered.Buffered())
		if err != nil {
			return nil, errors.Join(fmt.Errorf("connect to %s: %w", base, err), nc.Close())
		}
		c.in.take(early)
		ws.PutReader(buffered)
	}
	return c, nil
}

// socketURL makes the address of the socket from that of the server.
func socketURL(base string) string {
	if rest, ok := strings.CutPrefix(base, "http"); ok {
		base = "ws" + rest
	}
	base = strings.TrimRight(base, "/")
	if !strings.HasSuffix(base, "/v1/ws") {
		base += "/v1/ws"
	}
	return base
}

// Serve reads until the connection ends and calls handle for every message, in
// order; the bytes are valid until handle returns. Calls that handle queues
// leave together when all that came in has been handled. An error of handle
// ends the connection.
//
// The error says why the connection ended: that of ctx, of handle, a
// [*CloseError] when the server said why, or that of the network. It is never
// nil.
func (c *Conn) Serve(ctx context.Context, handle func(message []byte) error) error {
	stop := context.AfterFunc(ctx, func() { _ = c.Close(1000, "") })
	defer stop()
	err := c.serve(handle)
	_ = c.nc.Close() // why it ended is known
	c.fail(net.ErrClosed)
	c.in.drop()
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	return err
}

func (c *Conn) serve(handle func([]byte) error) error {
	var heard time.Time
	for {
		if c.silence > 0 {
			// Moved on rarely: a deadline that is a little early costs nothing,
			// a timer for every read would.
			if now := time.Now(); now.Sub(heard) > c.silence/4 {
				heard = now
				if err := c.nc.SetReadDeadline(now.Add(c.silence)); err != nil {
					return fmt.Errorf("read: %w", err)
				}
			}
		}
		if err := c.in.handle(c, handle); err != nil {
			return err
		}
		if err := c.Flush(); err != nil {
			return err
		}
		if err := c.read(); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF // a socket ends with a close frame
			}
			return fmt.Errorf("read: %w", err)
		}
	}
}

// Close says goodbye with a close code and ends the connection. Serve returns.
// Closing it again does nothing.
func (c *Conn) Close(code int, reason string) error {
	_ = c.nc.SetWriteDeadline(time.Now().Add(time.Second))
	c.mu.Lock()
	c.expires = time.Now().Add(time.Hour) // the second above is all that is left
	if c.err == nil {
		c.out.control(ws.OpClose, ws.NewCloseFrameBody(ws.StatusCode(code), reason))
	}
	c.mu.Unlock()
	_ = c.Flush() // best effort: the connection ends either way
	c.fail(net.ErrClosed)
	if err := c.nc.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

// fail makes all further writing fail with err and drops what is queued.
func (c *Conn) fail(err error) {
	c.mu.Lock()
	if c.err == nil {
		c.err = err
	}
	c.out.drop()
	c.mu.Unlock()
}
