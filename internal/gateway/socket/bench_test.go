package socket_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/gateway/socket"
)

// BenchmarkEcho has 100 connections with 16 texts of 200 bytes in flight each.
func BenchmarkEcho(b *testing.B) {
	s := serve(b, &socket.Loop{}, true)
	frame := appendClient(nil, 0x81, `"`+strings.Repeat("e", 198)+`"`)
	const conns, flight = 100, 16
	burst := strings.Repeat(string(frame), flight)
	type side struct {
		nc net.Conn
		br *bufio.Reader
	}
	var sides []side
	for range conns {
		nc, br := rawDial(b, s.url)
		(<-s.peers).Greet(true)
		sides = append(sides, side{nc, br})
	}
	b.ReportAllocs()
	b.ResetTimer()
	var all sync.WaitGroup
	for _, c := range sides {
		all.Go(func() {
			for range b.N/conns/flight + 1 {
				if _, err := io.WriteString(c.nc, burst); err != nil {
					b.Error(err)
					return
				}
				for got := 0; got < flight; {
					_, payload := readFrame(b, c.br)
					if payload[0] == '[' {
						got += (len(payload) - 1) / 201
					} else {
						got++
					}
				}
			}
		})
	}
	all.Wait()
}

// BenchmarkFanOut sends each text to 200 connections, 20 texts a batch.
func BenchmarkFanOut(b *testing.B) {
	s := serve(b, &socket.Loop{}, false)
	text := []byte(`"` + strings.Repeat("f", 348) + `"`)
	const conns, gathered = 200, 20
	var peers []*peer
	got := make(chan int, conns)
	for range conns {
		nc, _ := rawDial(b, s.url)
		p := <-s.peers
		p.Greet(true)
		peers = append(peers, p)
		go func() {
			buf, n := make([]byte, 32<<10), 0
			for {
				m, err := nc.Read(buf)
				if n += m; err != nil {
					return
				}
				for ; n >= gathered*len(text); n -= gathered * (len(text) + 1) {
					got <- 1
				}
			}
		}()
	}
	b.ReportAllocs()
	n := 0
	for b.Loop() {
		var batch socket.Batch
		for _, p := range peers {
			for range gathered {
				batch.Send(&p.Conn, text)
			}
		}
		batch.Flush(s.Loop)
		for range conns {
			<-got
		}
		n += conns * gathered
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "deliveries/s")
}

// BenchmarkIdle opens connections that say one thing and then nothing, and
// reports what each keeps resident (both ends are in this process; the peer's
// end is a bare net.Conn, whose own share is printed too).
func BenchmarkIdle(b *testing.B) {
	s := serve(b, &socket.Loop{}, false)
	const conns = 4000
	before := resident(b)
	bare := bareConns(b, conns)
	between := resident(b)
	for range conns {
		nc, _ := rawDial(b, s.url)
		_, err := nc.Write(appendClient(nil, 0x81, `{"jsonrpc":"2.0","id":1,"method":"hello"}`))
		qt.Assert(b, qt.IsNil(err))
		<-(<-s.peers).messages
	}
	for b.Loop() {
	}
	after := resident(b)
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.StackInuse)/conns, "stackB/conn")
	b.ReportMetric(float64(m.HeapInuse)/conns, "heapB/conn")
	client := float64(between-before) / conns / 2
	b.ReportMetric(client, "B/bare-end")
	b.ReportMetric(float64(after-between)/conns-client, "B/conn")
	runtime.KeepAlive(bare)
}

func bareConns(b *testing.B, n int) (out []net.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	qt.Assert(b, qt.IsNil(err))
	b.Cleanup(func() { _ = l.Close() })
	for range n {
		c, err := net.Dial("tcp", l.Addr().String())
		qt.Assert(b, qt.IsNil(err))
		d, err := l.Accept()
		qt.Assert(b, qt.IsNil(err))
		b.Cleanup(func() { _, _ = c.Close(), d.Close() })
		out = append(out, c, d)
	}
	return out
}

// resident gives the process's resident bytes that are not files.
func resident(b *testing.B) int {
	for range 5 {
		runtime.GC()
	}
	status, err := os.ReadFile("/proc/self/status")
	qt.Assert(b, qt.IsNil(err))
	for line := range strings.Lines(string(status)) {
		var kb int
		if _, err := fmt.Sscanf(line, "RssAnon: %d kB", &kb); err == nil {
			return kb << 10
		}
	}
	b.Fatal("no RssAnon")
	return 0
}
