package arch

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"
)

// commonFolders say nothing about the machine they are on.
var commonFolders = []string{"/", "/home", "/mnt", "/opt", "/root", "/srv", "/tmp", "/usr", "/usr/src", "/var", "/var/tmp"}

// What is published speaks of itself, not of the machine that it was written on.
func TestNothingNamesThisMachine(t *testing.T) {
	words := machineWords(t)
	for _, name := range trackedFiles(t) {
		text, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // Removed and not committed yet.
		}
		qt.Assert(t, qt.IsNil(err))
		for _, word := range words {
			if at := bytes.Index(text, []byte(word)); at >= 0 {
				t.Errorf("%s:%d names %s, which is a matter of this machine", name, 1+bytes.Count(text[:at], []byte("\n")), word)
			}
		}
	}
}

// A lock file with addresses of one registry keeps everybody else from using theirs. npm leaves
// them out when told so: npm install --omit-lockfile-registry-resolved.
func TestLockFilesNameNoRegistry(t *testing.T) {
	for _, name := range trackedFiles(t) {
		if filepath.Base(name) != "package-lock.json" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.IsFalse(bytes.Contains(text, []byte(`"resolved": "http`))), qt.Commentf("%s", name))
	}
}

// machineWords gives what this machine has of its own: where the checkout and the user's home are,
// and hosts that packages come from.
func machineWords(t *testing.T) []string {
	t.Helper()
	checkout, err := filepath.Abs(root)
	qt.Assert(t, qt.IsNil(err))
	home, _ := os.UserHomeDir() // Somebody without a home has none to name.

	var words []string
	for _, folder := range []string{checkout, filepath.Dir(checkout), home} {
		if folder != "" && !slices.Contains(commonFolders, folder) {
			words = append(words, folder+"/")
		}
	}
	return append(words, setHosts()...)
}

// setHosts gives the hosts that packages come from on this machine and not everywhere.
func setHosts() []string {
	hosts := hostsIn(output(nil, "go", "env", "GOPROXY", "GOSUMDB"))
	usual := hostsIn(output([]string{"GOENV=off", "GOPROXY=", "GOSUMDB="}, "go", "env", "GOPROXY", "GOSUMDB"))
	hosts = append(hosts, hostsIn(output(nil, "npm", "config", "get", "registry"))...)
	usual = append(usual, hostsIn(output([]string{
		"npm_config_registry=", "npm_config_userconfig=" + os.DevNull, "npm_config_globalconfig=" + os.DevNull + ".none",
	}, "npm", "config", "get", "registry"))...)
	return slices.DeleteFunc(hosts, func(host string) bool { return slices.Contains(usual, host) })
}

// output gives what a command prints, or nothing when it cannot be run: somebody who has no npm has
// no registry set for it. settings stand before those of this machine.
func output(settings []string, name string, args ...string) string {
	cmd := exec.Command(name, args...)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), settings...)
	out, err := cmd.Output()
	if err != nil {
		return ""
	}
	return string(out)
}

// hostsIn gives the hosts of all addresses in a list.
func hostsIn(list string) []string {
	var hosts []string
	for _, word := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(",| \n", r) }) {
		if u, err := url.Parse(word); err == nil && u.Hostname() != "" {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}

func TestHostsIn(t *testing.T) {
	got := hostsIn("https://go.example.net:8443/mod,https://go.example.org,direct\nsum.example.org https://sums.example.net\noff\n")
	qt.Check(t, qt.DeepEquals(got, []string{"go.example.net", "go.example.org", "sums.example.net"}))
}

// trackedFiles lists the files under version control. In an unpacked archive there are none.
func trackedFiles(t *testing.T) []string {
	t.Helper()
	if _, err := os.Stat(filepath.Join(root, ".git")); os.IsNotExist(err) {
		t.Log("not a clone; there is nothing to look at")
		return nil
	}
	// The folder may belong to another user than the one that runs the tests.
	cmd := exec.Command("git", "-c", "safe.directory=*", "ls-files", "-z")
	cmd.Dir = root
	out, err := cmd.Output()
	qt.Assert(t, qt.IsNil(err))
	names := strings.Split(strings.Trim(string(out), "\x00"), "\x00")
	qt.Assert(t, qt.IsTrue(len(names) > 1))
	return names
}
