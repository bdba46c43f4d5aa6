package arch

import (
	"encoding/json"
	"os/exec"
	"testing"

	"github.com/go-quicktest/qt"
)

// goJSON runs a go command in the repository and reads what it prints.
func goJSON(t *testing.T, into any, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = root
	out, err := cmd.Output()
	qt.Assert(t, qt.IsNil(err), qt.Commentf("go %v", args))
	qt.Assert(t, qt.IsNil(json.Unmarshal(out, into)))
}

// modernc.org/sqlite is C translated for exactly one version of its C library. With another one it
// compiles and then goes wrong in ways that no test of ours is sure to find.
func TestSQLiteHasTheLibcItWasMadeFor(t *testing.T) {
	var sqlite, libc struct{ Version, GoMod string }
	goJSON(t, &sqlite, "list", "-m", "-json", "modernc.org/sqlite")
	goJSON(t, &libc, "list", "-m", "-json", "modernc.org/libc")

	var mod struct {
		Require []struct{ Path, Version string }
	}
	goJSON(t, &mod, "mod", "edit", "-json", sqlite.GoMod)
	want := ""
	for _, require := range mod.Require {
		if require.Path == "modernc.org/libc" {
			want = require.Version
		}
	}
	qt.Check(t, qt.Equals(libc.Version, want), qt.Commentf("what modernc.org/sqlite %s asks for", sqlite.Version))
}

// The linters bring hundreds of modules along, which must not decide about the versions of ours.
func TestToolsStayInTheirOwnModule(t *testing.T) {
	var mod struct {
		Tool []struct{ Path string }
	}
	goJSON(t, &mod, "mod", "edit", "-json")
	qt.Check(t, qt.HasLen(mod.Tool, 0), qt.Commentf("tools belong in tools/go.mod"))
}
