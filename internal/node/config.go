package node

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/cockroachdb/pebble/v2/vfs"

	"madang/internal/account"
	"madang/internal/blob"
	"madang/internal/push"
	"madang/internal/sms"
)

// Config is what a node is made of. Only Data is required.
type Config struct {
	// Listen is the address to serve on; empty means 127.0.0.1:8080. Port 0
	// takes a free one, see [Node.Addr].
	Listen string
	// TrustedProxies are the networks of proxies that say in X-Forwarded-For
	// whom they speak for. Without them everybody behind a proxy shares the
	// limits of one address.
	TrustedProxies []netip.Prefix
	// Data is the folder of everything that the node keeps on this machine. It
	// is made if missing, and one node at a time uses it.
	Data string
	// Database is the address of a PostgreSQL database, postgres://…, which then
	// keeps the rooms too. Empty: SQLite and Pebble in Data.
	Database string
	// Files is where uploaded files are kept: a folder, or s3://…, see
	// [blob.Open]. Empty: the folder files in Data.
	Files string
	// MaxUpload is the largest file that is taken, in bytes; 0 is
	// media.DefaultMaxUpload.
	MaxUpload int64
	// FilesOrigin is the host of links to files, such as
	// https://files.madang.example, when an operator gives them one of their own;
	// it leads to this server, too. Empty: that of everything else.
	FilesOrigin string
	// Keep is how long messages are kept; 0 is for ever.
	Keep time.Duration
	// SMS is the provider that sends codes. An empty URL: they are written to
	// Out, and on a loopback address shown at [Node.Phones].
	SMS sms.GatewayConfig
	// NoPreviews says that the server looks at no page that a message links to.
	NoPreviews bool
	// Push is how sleeping devices are woken. Its Key is the node's own.
	Push push.Config
	// Sandbox opens /sandbox/. Away from a loopback address it takes a
	// SandboxSecret.
	Sandbox       bool
	SandboxSecret string
	// Debug is a loopback address that serves net/http/pprof; empty: none.
	Debug string
	// Limits bound sign-in; zero fields are the defaults.
	Limits account.Limits

	// Out gets the lines that are for the person who started the node: codes
	// and the set-up link. Nil: nobody does.
	Out io.Writer
	// Log is nil for slog.Default().
	Log *slog.Logger
	// Web is the built web client. Nil: a page says how to build it.
	Web fs.FS
	// LogFS is the file system of the room log, for tests that take the power
	// away. Nil is the machine's own.
	LogFS vfs.FS
}

// check refuses what does not go together and fills in defaults.
func (c *Config) check() error {
	if c.Listen == "" {
		c.Listen = "127.0.0.1:8080"
	}
	if c.Out == nil {
		c.Out = io.Discard
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Data == "" {
		return errors.New("no data folder is given")
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		return fmt.Errorf("%q is no address to listen on; write it as 127.0.0.1:8080 or :8080", c.Listen)
	}
	if err := blob.Check(c.Files); err != nil {
		return fmt.Errorf("place for files: %w", err)
	}
	if !isOrigin(c.FilesOrigin) {
		return fmt.Errorf("%q is no origin for links to files; write it as https://files.example.org", c.FilesOrigin)
	}
	if c.Sandbox && c.SMS.URL != "" {
		return errors.New("a sandbox hands out accounts and sign-in codes; it does not start on a server that sends real SMS")
	}
	if c.Sandbox && !isLoopback(c.Listen) && c.SandboxSecret == "" {
		return fmt.Errorf("a sandbox hands out accounts and sign-in codes; on %s, where others can reach it, it needs a secret", c.Listen)
	}
	if c.SandboxSecret != "" && !c.Sandbox {
		return errors.New("a sandbox secret is given, but no sandbox is asked for")
	}
	if c.Debug != "" && !isLoopback(c.Debug) {
		return fmt.Errorf("the debug address %q must be a loopback address such as 127.0.0.1:6060", c.Debug)
	}
	return nil
}

// isOrigin reports whether the text is empty or scheme and host of a web address,
// with nothing behind. It goes into headers as it stands.
func isOrigin(text string) bool {
	if text == "" {
		return true
	}
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.Scheme+"://"+u.Host == text &&
		!strings.ContainsAny(u.Host, " ;,'\"*")
}

// isLoopback reports whether only this machine can reach an address to listen
// on.
func isLoopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
