package main

import (
	"io"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/go-quicktest/qt"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"madang": main})
}

// The scripts in testdata are what somebody types and what they see.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"serving": serving,
			"get":     get,
		},
	})
}

// patience bounds how long a script waits for a server.
const patience = 30 * time.Second

var servesAt = regexp.MustCompile(`serves at (http://\S+)`)

// serving waits until the server whose output goes to a file serves, and puts
// its address into $URL.
func serving(ts *testscript.TestScript, _ bool, args []string) {
	path := ts.MkAbs(args[0])
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); time.Now().Before(end); <-tick.C {
		out, err := os.ReadFile(path)
		if m := servesAt.FindSubmatch(out); err == nil && m != nil {
			ts.Setenv("URL", string(m[1]))
			return
		}
	}
	ts.Fatalf("no server is there")
}

// get gets an address into the file "answer".
func get(ts *testscript.TestScript, neg bool, args []string) {
	answer, err := http.Get(args[0])
	if neg {
		if err == nil {
			ts.Fatalf("%s answers", args[0])
		}
		return
	}
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("answer"), append([]byte(answer.Status+"\n"), body...), 0o600))
}

// parse reads a command line as the program would, with a settings file.
func parse(t *testing.T, file string, args ...string) (*program, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "settings.json")
	qt.Assert(t, qt.IsNil(os.WriteFile(path, []byte(file), 0o600)))
	p := &program{}
	parser, err := newParser(p, io.Discard, io.Discard, func(int) {})
	qt.Assert(t, qt.IsNil(err))
	_, err = parser.Parse(append(args, "--config", path))
	return p, err
}

func TestFlagBeforeEnvironmentBeforeFile(t *testing.T) {
	const file = `{"listen": ":1", "data": "from file", "sms_url": "https://file", "sandbox": true, "sms_header": {"Authorization": "Bearer a,b=c"}}`
	t.Setenv("MADANG_LISTEN", ":2")
	t.Setenv("MADANG_DATA", "from environment")
	p, err := parse(t, file, "serve", "--listen", ":3")
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(p.Serve.Listen, ":3"))
	qt.Check(t, qt.Equals(p.Serve.Data, "from environment"))
	qt.Check(t, qt.Equals(p.Serve.SMSURL, "https://file"))
	qt.Check(t, qt.IsTrue(p.Serve.Sandbox))
	qt.Check(t, qt.DeepEquals(p.Serve.SMSHeader, map[string]string{"Authorization": "Bearer a,b=c"}))
}

func TestDefaults(t *testing.T) {
	p, err := parse(t, `{}`, "serve", "--sms-header", "X=1,2", "--sms-header", "Y=3")
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.Equals(p.Serve.Listen, "127.0.0.1:8080"))
	qt.Check(t, qt.Equals(p.Serve.Data, "./data"))
	qt.Check(t, qt.IsFalse(p.Serve.Sandbox))
	qt.Check(t, qt.DeepEquals(p.Serve.SMSHeader, map[string]string{"X": "1,2", "Y": "3"}))
}

func TestTrustedProxies(t *testing.T) {
	want := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("fd00::/8")}
	p, err := parse(t, `{}`, "serve", "--trusted-proxy", "127.0.0.1/32", "--trusted-proxy", "fd00::/8")
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.IsTrue(slices.Equal(p.Serve.TrustedProxy, want)))
	p, err = parse(t, `{"trusted_proxy": ["127.0.0.1/32", "fd00::/8"]}`, "serve")
	qt.Assert(t, qt.IsNil(err))
	qt.Check(t, qt.IsTrue(slices.Equal(p.Serve.TrustedProxy, want)))
	_, err = parse(t, `{}`, "serve", "--trusted-proxy", "proxy.example.org")
	qt.Check(t, qt.ErrorMatches(err, `--trusted-proxy: .*proxy.example.org.*`))
}

func TestBrokenSettings(t *testing.T) {
	_, err := parse(t, `{"colour": "blue"}`, "serve")
	qt.Check(t, qt.ErrorMatches(err, `.*the settings file has "colour", which is no setting`))
	_, err = parse(t, `listen: 1`, "serve")
	qt.Check(t, qt.ErrorMatches(err, `.*the settings file is no JSON object: .*`))
}
