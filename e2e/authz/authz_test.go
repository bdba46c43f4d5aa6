// Package authz_test answers: who may do what?
//
// testdata/table.txt has a row for every call of the server, over HTTP and on
// the socket, and a column for everybody who could make it. Each cell is tried
// on a real node. A call without a row fails the test, so a new one comes with a
// decision; -rewrite writes what the server does into the table, to be reviewed
// like code.
package authz_test

import (
	"encoding/json"
	"flag"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/account"
	"madang/internal/db/dbtest"
	"madang/internal/gateway"
	"madang/internal/httpapi/httpapitest"
	"madang/internal/node"
)

var rewrite = flag.Bool("rewrite", false, "write what the server does into testdata/table.txt")

const tableFile = "testdata/table.txt"

// rows are all calls in the order of the table.
var rows = slices.Concat(restRows, socketRows)

func TestEveryCallHasARow(t *testing.T) {
	n := start(t, "")
	var have, want []string
	for _, r := range rows {
		have = append(have, r.op)
	}
	answer, err := http.Get(n.URL() + "/openapi.json")
	qt.Assert(t, qt.IsNil(err))
	defer answer.Body.Close()
	var document struct {
		Paths map[string]map[string]struct {
			OperationID string
		}
	}
	qt.Assert(t, qt.IsNil(json.NewDecoder(answer.Body).Decode(&document)))
	for path, methods := range document.Paths {
		for method := range methods {
			want = append(want, strings.ToUpper(method)+" "+path)
		}
	}
	want = append(want, gateway.Methods()...)
	for _, op := range want {
		if !slices.Contains(have, op) {
			t.Errorf("%s has no row: say in rest_test.go or socket_test.go how it is called, and in %s who may", op, tableFile)
		}
	}
	for _, op := range have {
		if !slices.Contains(want, op) {
			t.Errorf("there is a row for %s, which the server does not have", op)
		}
	}
}

func TestTable(t *testing.T) {
	want := readTable(t)
	if *rewrite {
		n := start(t, "")
		writeTable(t, try(t, n))
		return
	}
	for engine, database := range map[string]func(testing.TB) string{
		"sqlite": func(testing.TB) string { return "" }, "postgres": dbtest.PostgresURL,
	} {
		t.Run(engine, func(t *testing.T) {
			got := try(t, start(t, database(t)))
			for _, r := range rows {
				line, ok := want[r.name()]
				if !ok {
					t.Errorf("%s has no row in %s", r.name(), tableFile)
					continue
				}
				for i, as := range everybody {
					if got[r.name()][i] != line[i] {
						t.Errorf("%s as %s: got %s, want %s", r.name(), as, got[r.name()][i], line[i])
					}
				}
			}
		})
	}
	for name := range want {
		if !slices.ContainsFunc(rows, func(r row) bool { return r.name() == name }) {
			t.Errorf("%s is in %s and nowhere tried", name, tableFile)
		}
	}
}

func start(t *testing.T, database string) *node.Node {
	t.Helper()
	n, err := node.Start(t.Context(), node.Config{
		Listen: "127.0.0.1:0", Data: t.TempDir(), Database: database, Sandbox: true,
	})
	qt.Assert(t, qt.IsNil(err))
	t.Cleanup(func() { qt.Check(t, qt.IsNil(n.Stop())) })
	return n
}

// table has for the name of each row an outcome for each of everybody.
type table map[string][]string

// try makes every call as everybody, each in rooms and with people of its own.
func try(t *testing.T, n *node.Node) table {
	users, err := n.People().CreateTestUsers(t.Context(), account.TestUsers{Count: castSize * len(rows) * len(everybody)})
	qt.Assert(t, qt.IsNil(err))
	web := httpapitest.Client(t)
	out := table{}
	for _, r := range rows {
		for _, as := range everybody {
			s := newScene(t, n, web, users[:castSize], as)
			users = users[castSize:]
			outcome := r.try(s)
			if outcome == "" {
				t.Fatalf("%s as %s: no outcome", r.name(), as)
			}
			out[r.name()] = append(out[r.name()], outcome)
		}
	}
	return out
}

// row is a call, tried by everybody in the same way.
type row struct {
	op   string // GET /v1/rooms/{room_id}, or message.send
	what string // which of several cases; empty when there is one
	// prepare does what has to be there before, and may change what the call
	// names.
	prepare func(s *scene)
	// body gives the body, or the parameters. Nil: none.
	body func(s *scene) object
}

func (r *row) name() string {
	if r.what == "" {
		return r.op
	}
	return r.op + ", " + r.what
}

// try gives the outcome: allowed, or the code of the fault.
func (r *row) try(s *scene) string {
	if r.prepare != nil {
		r.prepare(s)
	}
	var body object
	if r.body != nil {
		body = r.body(s)
	}
	if method, path, ok := strings.Cut(r.op, " "); ok {
		return s.call(method, path, body)
	}
	return s.callSocket(r.op, body)
}

// allowed is the outcome of a call that did what it is for.
const allowed = "yes"
