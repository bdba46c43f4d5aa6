// Package pgtest answers: where does a test, or a benchmark, get a real PostgreSQL from?
//
// It starts one itself, as a plain process in a folder of its own, from the binaries that the
// distribution's package installs. Nothing has to be set up beforehand and nothing is left behind:
// the server ends and its folder goes when the program that started it ends, however that happens.
//
// A test calls [URL], or [Template] when its databases all begin with the same schema. A program
// that needs a whole server, or one that it can kill, uses [New].
package pgtest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// startTimeout is how long a server may take to accept connections. It is ready in under a second
// on an idle machine; the rest is for a start that has to recover on a busy one.
const startTimeout = 2 * time.Minute

// Options say how a server differs from the usual one. The zero value is a server for tests.
type Options struct {
	// Dir is the folder in which the server's own folder is made. It has to be short, since the
	// path of a Unix socket ends at about 100 bytes, and open to the user that PostgreSQL runs as.
	// Empty means a temporary folder, in memory where there is enough: name one on a disk to measure
	// anything.
	Dir string

	// TCP makes the server listen on a free port of 127.0.0.1 too, and URLs point there. The port
	// stays the same over Kill and Start, so that a proxy may stand before it.
	TCP bool

	// Bytewise sorts text by its bytes, the cheapest way. Without it text sorts by the rules of
	// languages, as on most installed servers: a query that relies on an order of bytes which it
	// does not ask for then shows in a test instead of at an operator's.
	Bytewise bool

	// Settings are further settings of postgresql.conf, such as {"synchronous_commit": "off"}.
	Settings map[string]string
}

// Server is a PostgreSQL server with a folder of its own. Its methods may be called from several
// goroutines; Start, Stop, Kill and Close wait for each other.
type Server struct {
	bin      string // folder of initdb, pg_ctl and postgres
	dir      string // everything of this server: data, socket, log, lock
	user     *osUser
	password string
	port     int // also in the socket's name
	tcp      bool

	mu     sync.Mutex
	guard  *guard // nil once closed
	lastDB atomic.Int64
}

// New makes a server with an empty data folder and starts it. The caller ends it with Close; a
// server whose program ends without doing so is ended by its guard.
//
// It fails with [ErrNotInstalled] where PostgreSQL is missing.
func New(opts Options) (*Server, error) {
	bin, err := findBinaries(installRoot)
	if err != nil {
		return nil, err
	}
	user, err := serverUser()
	if err != nil {
		return nil, err
	}
	base := opts.Dir
	if base == "" {
		base = tempDir()
	}
	sweep(base, bin, user)

	s := &Server{bin: bin, user: user, tcp: opts.TCP, port: 5432, password: rand.Text()}
	if s.dir, err = makeFolder(base, user); err != nil {
		return nil, err
	}
	if s.guard, err = newGuard(s.bin, s.dir, user); err != nil {
		return nil, errors.Join(err, os.RemoveAll(s.dir))
	}
	if err := s.create(opts); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.Start(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// create fills the data folder and writes the settings.
func (s *Server) create(opts Options) error {
	if s.tcp {
		port, err := freePort()
		if err != nil {
			return err
		}
		s.port = port
	}
	pwfile := filepath.Join(s.dir, "password")
	if err := s.user.writeFile(pwfile, s.password); err != nil {
		return fmt.Errorf("write password: %w", err)
	}
	args := []string{
		"--pgdata", s.data(), "--username", "postgres", "--pwfile", pwfile,
		// The folder lets nobody else in, so its socket needs no password; the port does.
		"--auth-local", "trust", "--auth-host", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C", "--no-sync", "--no-instructions",
	}
	if !opts.Bytewise {
		args = append(args, "--locale-provider", "icu", "--icu-locale", "und")
	}
	if err := s.user.run(s.dir, filepath.Join(s.bin, "initdb"), args...); err != nil {
		return fmt.Errorf("make a data folder: %w", err)
	}

	settings := map[string]string{
		"listen_addresses":        "",
		"port":                    strconv.Itoa(s.port),
		"unix_socket_directories": s.dir,
		"max_connections":         "200",
		"shared_buffers":          "64MB",
		"jit":                     "off",
		"min_wal_size":            "32MB",
		"max_wal_size":            "256MB",
		// Segments in the folder go with the folder, even when the server is killed.
		"dynamic_shared_memory_type": "mmap",
	}
	if s.tcp {
		settings["listen_addresses"] = "127.0.0.1"
	}
	for name, value := range opts.Settings {
		settings[name] = value
	}
	var conf strings.Builder
	for name, value := range settings {
		fmt.Fprintf(&conf, "%s = '%s'\n", name, strings.ReplaceAll(value, "'", "''"))
	}
	if err := s.user.writeFile(filepath.Join(s.data(), "postgresql.auto.conf"), conf.String()); err != nil {
		return fmt.Errorf("write settings: %w", err)
	}
	return nil
}

// Start starts a server that was stopped or killed, on what it had on disk, and returns once it
// accepts connections. It fails when the server runs already.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.guard == nil {
		return errors.New("start PostgreSQL: the server was closed")
	}
	log := filepath.Join(s.dir, "log")
	err := s.pgctl("start", "--wait", "--log", log, "--timeout", strconv.Itoa(int(startTimeout.Seconds())))
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w\n%s", err, tail(log))
	}
	return nil
}

// Stop ends the server in order: open transactions are rolled back, everything is written. The
// data stays for the next Start.
func (s *Server) Stop() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.pgctl("stop", "--wait", "--mode", "fast"); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	return nil
}

// Kill ends all of the server's processes at once with SIGKILL, as a machine that dies would, and
// returns when they are gone. What was committed is there after the next Start.
func (s *Server) Kill() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := kill(s.dir); err != nil {
		return fmt.Errorf("kill PostgreSQL: %w", err)
	}
	return nil
}

// Close ends the server, whether it runs or not, and removes its folder. Closing it again does
// nothing.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.guard == nil {
		return nil
	}
	err := s.guard.release()
	s.guard = nil
	return err
}

// URL gives the address of one of the server's databases, as pgx and `madang serve --database`
// take it. The database "postgres" is always there. The user may do everything.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Path: "/" + database}
	if s.tcp {
		u.User = url.UserPassword("postgres", s.password)
		u.Host = net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port))
		u.RawQuery = "sslmode=disable"
		return u.String()
	}
	u.RawQuery = url.Values{"host": {s.dir}, "port": {strconv.Itoa(s.port)}}.Encode()
	return u.String()
}

// CreateDatabase makes a new database and gives its name: a copy of template, or an empty one when
// template is "". Nobody may be connected to the template meanwhile.
func (s *Server) CreateDatabase(ctx context.Context, template string) (string, error) {
	name := "db" + strconv.FormatInt(s.lastDB.Add(1), 10)
	sql := "CREATE DATABASE " + name
	if template != "" {
		sql += " TEMPLATE " + pgx.Identifier{template}.Sanitize()
	}
	if err := s.exec(ctx, sql); err != nil {
		return "", fmt.Errorf("create database: %w", err)
	}
	return name, nil
}

// DropDatabase removes a database and closes what is still connected to it. One that is not there
// is no error.
func (s *Server) DropDatabase(ctx context.Context, name string) error {
	sql := "DROP DATABASE IF EXISTS " + pgx.Identifier{name}.Sanitize() + " WITH (FORCE)"
	if err := s.exec(ctx, sql); err != nil {
		return fmt.Errorf("drop database %s: %w", name, err)
	}
	return nil
}

// exec runs one statement on a connection of its own: none stays open, so that a server can be
// killed and started under this package's feet.
func (s *Server) exec(ctx context.Context, sql string) error {
	conn, err := pgx.Connect(ctx, s.URL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, sql)
	return err
}

func (s *Server) data() string { return dataFolder(s.dir) }

func (s *Server) pgctl(command string, args ...string) error {
	args = append([]string{command, "--silent", "--pgdata", s.data()}, args...)
	return s.user.run(s.dir, filepath.Join(s.bin, "pg_ctl"), args...)
}

// freePort gives a port of 127.0.0.1 on which nobody listens at this moment.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// tail gives the end of a log for an error message.
func tail(path string) string {
	const most = 4 << 10
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "(no log)"
	}
	if err != nil {
		return err.Error()
	}
	return string(text[max(0, len(text)-most):])
}
