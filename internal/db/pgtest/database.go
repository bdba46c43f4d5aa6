package pgtest

import (
	"context"
	"fmt"
	"sync"
)

// T is what this package needs of a *testing.T, *testing.B or *testing.F. Naming it here keeps
// package testing out of the programs that only start a server.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// shared is the one server of this program's tests.
var shared = sync.OnceValues(func() (*Server, error) { return New(Options{}) })

// Shared gives the server that [URL] and [Template] take their databases from. It is started at the
// first call and ends with the program; nobody else stops or kills it.
//
// A missing PostgreSQL fails the test: a run that did not try both engines has not passed.
func Shared(t T) *Server {
	t.Helper()
	s, err := shared()
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	return s
}

// URL gives the address of a fresh and empty database, which is dropped at the end of the test
// together with whatever is still connected to it.
func URL(t T) string {
	t.Helper()
	return copyOf(t, Shared(t), "")
}

// template is a database that others are copied from.
type template struct {
	once sync.Once
	name string
	err  error
}

var templates sync.Map // name → *template

// Template gives the address of a fresh database like URL, made as a copy of one that prepare has
// filled. Prepare runs once per program for each name, with the address of an empty database, and
// closes its connections before it returns.
func Template(t T, name string, prepare func(url string) error) string {
	t.Helper()
	s := Shared(t)
	loaded, _ := templates.LoadOrStore(name, new(template))
	tmpl := loaded.(*template)
	tmpl.once.Do(func() { tmpl.name, tmpl.err = s.prepare(prepare) })
	if tmpl.err != nil {
		t.Fatalf("pgtest: template %s: %v", name, tmpl.err)
	}
	return copyOf(t, s, tmpl.name)
}

// prepare makes a database, has it filled, and closes it to everybody so that it can be copied.
func (s *Server) prepare(fill func(url string) error) (string, error) {
	ctx := context.Background()
	name, err := s.CreateDatabase(ctx, "")
	if err != nil {
		return "", err
	}
	if err := fill(s.URL(name)); err != nil {
		return "", fmt.Errorf("prepare: %w", err)
	}
	if err := s.exec(ctx, "ALTER DATABASE "+name+" ALLOW_CONNECTIONS false"); err != nil {
		return "", fmt.Errorf("close: %w", err)
	}
	return name, nil
}

func copyOf(t T, s *Server, from string) string {
	t.Helper()
	ctx := context.Background()
	name, err := s.CreateDatabase(ctx, from)
	if err != nil {
		t.Fatalf("pgtest: %v", err)
	}
	t.Cleanup(func() {
		if err := s.DropDatabase(ctx, name); err != nil {
			t.Errorf("pgtest: %v", err)
		}
	})
	return s.URL(name)
}
