package pglog_test

import (
	"testing"

	"github.com/go-quicktest/qt"

	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/logtest"
	"madang/internal/chat/roomlog/pglog"
	"madang/internal/db/dbtest"
)

func TestSuite(t *testing.T) {
	t.Run("postgres", func(t *testing.T) {
		logtest.Run(t, func(t testing.TB) logtest.Store {
			d := dbtest.Postgres(t)
			return func(t testing.TB) roomlog.Engine {
				e, err := pglog.Open(t.Context(), d, pglog.Options{Conns: 4})
				qt.Assert(t, qt.IsNil(err))
				return e
			}
		})
	})
}
