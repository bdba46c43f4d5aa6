package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/go-quicktest/qt"
)

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	source := filepath.Join(dir, "main.go")
	program := filepath.Join(dir, "program")
	build := func(text string, env ...string) {
		qt.Assert(t, qt.IsNil(os.WriteFile(source, []byte(text), 0o600)))
		cmd := exec.Command("go", "build", "-o", program, source)
		cmd.Env = append(os.Environ(), env...)
		out, err := cmd.CombinedOutput()
		qt.Assert(t, qt.IsNil(err), qt.Commentf("%s", out))
	}

	build("package main\n\nfunc main() {}\n", "CGO_ENABLED=0")
	qt.Check(t, qt.IsNil(check(program)))

	build("package main\n\nimport \"C\"\n\nfunc main() {}\n", "CGO_ENABLED=1")
	qt.Check(t, qt.ErrorMatches(check(program), ".*dynamic loader.*"))

	qt.Check(t, qt.IsNotNil(check(source)), qt.Commentf("no ELF file"))
}
