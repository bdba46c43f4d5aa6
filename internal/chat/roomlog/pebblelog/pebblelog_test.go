package pebblelog_test

import (
	"testing"

	"github.com/cockroachdb/pebble/v2/vfs"
	"github.com/go-quicktest/qt"

	"madang/internal/chat/roomlog"
	"madang/internal/chat/roomlog/logtest"
	"madang/internal/chat/roomlog/pebblelog"
)

func TestSuite(t *testing.T) {
	t.Run("pebble", func(t *testing.T) {
		logtest.Run(t, func(t testing.TB) logtest.Store {
			dir := t.TempDir()
			return func(t testing.TB) roomlog.Engine {
				e, err := pebblelog.Open(dir, pebblelog.Options{})
				qt.Assert(t, qt.IsNil(err))
				return e
			}
		})
	})
	// A cache of next to nothing: rooms are read anew all the time.
	t.Run("pebble small cache", func(t *testing.T) {
		logtest.Run(t, func(t testing.TB) logtest.Store {
			fs := vfs.NewMem()
			return func(t testing.TB) roomlog.Engine {
				e, err := pebblelog.Open("log", pebblelog.Options{FS: fs, MaxRows: 1})
				qt.Assert(t, qt.IsNil(err))
				return e
			}
		})
	})
}
