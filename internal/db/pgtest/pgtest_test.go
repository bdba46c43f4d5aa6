package pgtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"github.com/jackc/pgx/v5"
)

// The test program plays the program that dies with a server running.
func TestMain(m *testing.M) {
	if base := os.Getenv("PGTEST_DIE_WITH_SERVER"); base != "" {
		dieWithServer(base)
	}
	os.Exit(m.Run())
}

func connect(t *testing.T, url string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func newServer(t *testing.T, opts Options) *Server {
	t.Helper()
	s, err := New(opts)
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { qt.Check(t, qt.IsNil(s.Close())) })
	return s
}

func queryInt(t *testing.T, conn *pgx.Conn, sql string, args ...any) int {
	t.Helper()
	var n int
	qt.Assert(t, qt.IsNil(conn.QueryRow(t.Context(), sql, args...).Scan(&n)))
	return n
}

func exec1(t *testing.T, conn *pgx.Conn, sql string) {
	t.Helper()
	_, err := conn.Exec(t.Context(), sql)
	qt.Assert(t, qt.IsNil(err))
}

func TestURLGivesEachTestItsOwnDatabase(t *testing.T) {
	var name string
	t.Run("first", func(t *testing.T) {
		conn := connect(t, URL(t))
		name = conn.Config().Database
		exec1(t, conn, "CREATE TABLE room (id BIGINT PRIMARY KEY)")
	})
	t.Run("second", func(t *testing.T) {
		conn := connect(t, URL(t))
		qt.Check(t, qt.Equals(queryInt(t, conn, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), 0))
		qt.Check(t, qt.Equals(queryInt(t, conn, "SELECT count(*) FROM pg_database WHERE datname = $1", name), 0),
			qt.Commentf("the first test's database is still there"))
	})
}

func TestDurabilityIsAsOnARealServer(t *testing.T) {
	conn := connect(t, URL(t))
	for _, name := range []string{"fsync", "synchronous_commit", "full_page_writes"} {
		var value string
		qt.Assert(t, qt.IsNil(conn.QueryRow(t.Context(), "SELECT current_setting($1)", name).Scan(&value)))
		qt.Check(t, qt.Equals(value, "on"), qt.Commentf(name))
	}
}

func TestTextSortsByLanguageUnlessBytewise(t *testing.T) {
	first := func(conn *pgx.Conn) (s string) {
		qt.Assert(t, qt.IsNil(conn.QueryRow(t.Context(), "SELECT min(s) FROM unnest(ARRAY['a', 'B']) s").Scan(&s)))
		return s
	}
	qt.Check(t, qt.Equals(first(connect(t, URL(t))), "a"))
	qt.Check(t, qt.Equals(first(connect(t, newServer(t, Options{Bytewise: true}).URL("postgres"))), "B"))
}

func TestTemplateIsPreparedOnceAndCopied(t *testing.T) {
	var prepared atomic.Int32
	prepare := func(url string) error {
		prepared.Add(1)
		conn, err := pgx.Connect(context.Background(), url)
		if err != nil {
			return err
		}
		_, err = conn.Exec(context.Background(), "CREATE TABLE room (id BIGINT PRIMARY KEY); INSERT INTO room VALUES (7)")
		return errors.Join(err, conn.Close(context.Background()))
	}
	// The subtests run at the same time, so copies are made while the template is being prepared.
	t.Run("copies", func(t *testing.T) {
		for i := range 4 {
			t.Run(strconv.Itoa(i), func(t *testing.T) {
				t.Parallel()
				conn := connect(t, Template(t, "rooms", prepare))
				qt.Check(t, qt.Equals(queryInt(t, conn, "SELECT id FROM room"), 7))
				exec1(t, conn, "DELETE FROM room") // Must not show in another copy.
			})
		}
	})
	qt.Check(t, qt.Equals(prepared.Load(), 1))
}

func TestTemplateThatFailsFailsEveryTest(t *testing.T) {
	for range 2 {
		recorder := &recorder{T: t}
		func() {
			defer func() { _ = recover() }()
			Template(recorder, "broken", func(string) error { return errors.New("no such table") })
		}()
		qt.Check(t, qt.StringContains(recorder.fatal, "broken"))
	}
}

// recorder takes down what a test would have died of.
type recorder struct {
	T
	fatal string
}

func (r *recorder) Fatalf(format string, args ...any) {
	r.fatal = format
	for _, arg := range args {
		if s, ok := arg.(string); ok {
			r.fatal += " " + s
		}
	}
	panic(r)
}

func TestKillLosesNothingCommitted(t *testing.T) {
	for _, tcp := range []bool{false, true} {
		t.Run("tcp="+strconv.FormatBool(tcp), func(t *testing.T) {
			s := newServer(t, Options{TCP: tcp})
			conn := connect(t, s.URL("postgres"))
			exec1(t, conn, "CREATE TABLE entry (seq BIGINT PRIMARY KEY); INSERT INTO entry SELECT generate_series(1, 1000)")
			exec1(t, conn, "BEGIN; INSERT INTO entry VALUES (1001)")

			qt.Assert(t, qt.IsNil(s.Kill()))
			_, err := pgx.Connect(t.Context(), s.URL("postgres"))
			qt.Assert(t, qt.IsNotNil(err))
			qt.Assert(t, qt.ErrorMatches(s.Kill(), ".*not running.*"))

			qt.Assert(t, qt.IsNil(s.Start()))
			conn = connect(t, s.URL("postgres"))
			qt.Check(t, qt.Equals(queryInt(t, conn, "SELECT max(seq) FROM entry"), 1000))
		})
	}
}

func TestStopAndStart(t *testing.T) {
	s := newServer(t, Options{Settings: map[string]string{"application_name": "it's ours"}})
	exec1(t, connect(t, s.URL("postgres")), "CREATE TABLE room (id BIGINT)")
	qt.Assert(t, qt.IsNotNil(s.Start()), qt.Commentf("it runs already"))
	qt.Assert(t, qt.IsNil(s.Stop()))
	qt.Assert(t, qt.IsNil(s.Start()))
	conn := connect(t, s.URL("postgres"))
	qt.Check(t, qt.Equals(queryInt(t, conn, "SELECT count(*) FROM room"), 0))
	qt.Check(t, qt.Equals(queryInt(t, conn, "SELECT count(*) FROM pg_settings WHERE setting = 'it''s ours'"), 1))
}

func TestPortAsksForThePassword(t *testing.T) {
	s := newServer(t, Options{TCP: true})
	_, err := pgx.Connect(t.Context(), strings.Replace(s.URL("postgres"), s.password, "wrong", 1))
	qt.Check(t, qt.ErrorMatches(err, "(?s).*password authentication failed.*"))
}

func TestCloseLeavesNothing(t *testing.T) {
	s := newServer(t, Options{})
	info, err := os.Stat(s.dir)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(info.Mode().Perm(), 0o700))

	qt.Assert(t, qt.IsNil(s.Close()))
	_, err = os.Stat(s.dir)
	qt.Check(t, qt.ErrorIs(err, fs.ErrNotExist))
	qt.Check(t, qt.IsNil(s.Close()))
	qt.Check(t, qt.IsNotNil(s.Start()))
}

func TestNotInstalledSaysWhatToInstall(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := findBinaries(t.TempDir())
	qt.Assert(t, qt.ErrorIs(err, ErrNotInstalled))
	qt.Check(t, qt.StringContains(err.Error(), "apt-get install postgresql"))
}

func TestFindBinariesTakesTheNewest(t *testing.T) {
	root := t.TempDir()
	for _, version := range []string{"9.6", "9", "15", "16", "lib"} {
		bin := filepath.Join(root, version, "bin")
		qt.Assert(t, qt.IsNil(os.MkdirAll(bin, 0o700)))
		qt.Assert(t, qt.IsNil(os.WriteFile(filepath.Join(bin, "initdb"), nil, 0o700)))
	}
	bin, err := findBinaries(root)
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(bin, filepath.Join(root, "16", "bin")))
}

// dieWithServer starts a server, tells its folder and its guard, and waits to be killed.
func dieWithServer(base string) {
	s, err := New(Options{Dir: base})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(s.dir)
	fmt.Println(s.guard.cmd.Process.Pid)
	select {}
}

func TestServerEndsWithItsProgram(t *testing.T) {
	tests := []struct {
		name      string
		guardDies bool
	}{
		{name: "the guard cleans up"},
		{name: "the next start sweeps", guardDies: true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			base := serverBase(t)
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "PGTEST_DIE_WITH_SERVER="+base)
			out, err := cmd.StdoutPipe()
			qt.Assert(t, qt.IsNil(err))
			qt.Assert(t, qt.IsNil(cmd.Start()))
			lines := bufio.NewScanner(out)
			qt.Assert(t, qt.IsTrue(lines.Scan()))
			dir := lines.Text()
			qt.Assert(t, qt.Equals(filepath.Dir(dir), base))
			qt.Assert(t, qt.IsTrue(lines.Scan()))
			guard, err := strconv.Atoi(lines.Text())
			qt.Assert(t, qt.IsNil(err))
			pids, err := pidFile(dataFolder(dir))
			qt.Assert(t, qt.IsNil(err))
			server, err := strconv.Atoi(pids[0])
			qt.Assert(t, qt.IsNil(err))

			if test.guardDies {
				qt.Assert(t, qt.IsNil(syscall.Kill(guard, syscall.SIGKILL)))
			}
			qt.Assert(t, qt.IsNil(cmd.Process.Kill()))
			_ = cmd.Wait() // "signal: killed"
			if test.guardDies {
				newServer(t, Options{Dir: base})
			}
			eventually(t, "folder "+dir+" is removed", func() bool {
				_, err := os.Stat(dir)
				return errors.Is(err, fs.ErrNotExist)
			})
			eventually(t, "the server ends", func() bool { return !anyRuns([]int{server}) })
		})
	}
}

func TestSweepSparesLivingServers(t *testing.T) {
	base := serverBase(t)
	s := newServer(t, Options{Dir: base})
	newServer(t, Options{Dir: base})
	connect(t, s.URL("postgres"))
}

// serverBase gives a folder for servers that no other test program sweeps.
func serverBase(t *testing.T) string {
	t.Helper()
	user, err := serverUser()
	qt.Assert(t, qt.IsNil(err))
	base, err := os.MkdirTemp(tempDir(), "madang-base-") //nolint:usetesting // Too long for a socket, and root's alone.
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { qt.Check(t, qt.IsNil(os.RemoveAll(base))) })
	qt.Assert(t, qt.IsNil(user.own(base)))
	return base
}

// eventually waits for something that another process does and cannot be told of.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.After(time.Minute)
	for !done() {
		select {
		case <-tick.C:
		case <-late:
			t.Fatalf("gave up waiting: %s", what)
		}
	}
}
