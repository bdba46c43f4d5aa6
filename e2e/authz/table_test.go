package authz_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/go-quicktest/qt"
)

// Columns of the table are parted by this.
const bar = " | "

// readTable reads the table: a head, a line of dashes, and a row for each call.
// Lines that begin with # are comments.
func readTable(t *testing.T) table {
	t.Helper()
	text, err := os.ReadFile(tableFile)
	if *rewrite && os.IsNotExist(err) {
		return nil
	}
	qt.Assert(t, qt.IsNil(err))
	out := table{}
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' || strings.HasPrefix(line, "---") {
			continue
		}
		var cells []string
		for _, c := range strings.Split(line, strings.TrimSpace(bar)) {
			cells = append(cells, strings.TrimSpace(c))
		}
		if len(cells) != 1+len(everybody) {
			t.Fatalf("%s:%d has %d columns, want %d", tableFile, i+1, len(cells), 1+len(everybody))
		}
		if cells[0] == "call" {
			qt.Assert(t, qt.DeepEquals(cells[1:], everybody))
			continue
		}
		if out[cells[0]] != nil {
			t.Fatalf("%s:%d: %s is there twice", tableFile, i+1, cells[0])
		}
		out[cells[0]] = cells[1:]
	}
	return out
}

const tableHead = `# Who may do what: yes, or the code with which the server refuses.
#
# Owner, admin, member, former member and stranger are so to the group that the call is about. Who is blocked is a
# member, and blocked by the people the call is about: by the one it names, by the one it would bring in, and by the
# other party of a room of two. The device without token and the revoked one are a member's.
#
# TestTable tries every cell on a running server of each engine. After a change: go test ./e2e/authz -rewrite, and
# review the difference.
`

func writeTable(t *testing.T, tried table) {
	t.Helper()
	lines := [][]string{append([]string{"call"}, everybody...)}
	for _, r := range rows {
		lines = append(lines, append([]string{r.name()}, tried[r.name()]...))
	}
	wide := make([]int, len(lines[0]))
	for _, l := range lines {
		for i, c := range l {
			wide[i] = max(wide[i], utf8.RuneCountInString(c))
		}
	}
	out := bytes.NewBufferString(tableHead)
	for n, l := range lines {
		var row strings.Builder
		for i, c := range l {
			if i > 0 {
				row.WriteString(bar)
			}
			fmt.Fprintf(&row, "%-*s", wide[i], c)
		}
		text := strings.TrimRight(row.String(), " ")
		if n == 1 || n > 1 && group(l[0]) != group(lines[n-1][0]) {
			fmt.Fprintf(out, "%s\n", strings.Repeat("-", 40))
		}
		fmt.Fprintln(out, text)
	}
	qt.Assert(t, qt.IsNil(os.WriteFile(tableFile, out.Bytes(), 0o644)))
}

// group is of what a call is: the first part of its path, or the socket.
func group(name string) string {
	_, path, ok := strings.Cut(name, " /")
	if !ok || strings.HasPrefix(path, "livez") || strings.HasPrefix(path, "readyz") {
		return fmt.Sprint(ok)
	}
	parts := strings.Split(strings.Split(path, ",")[0], "/")
	if len(parts) > 3 && parts[1] == "rooms" {
		return parts[3]
	}
	return parts[1]
}
