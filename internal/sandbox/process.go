package sandbox

import (
	"net/http"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// process tells what the server has cost since its start, for load tests. With
// ?settle=true it first collects garbage and gives free memory back to the
// system, so that what is left is what is in use.
func (s *sandbox) process(w http.ResponseWriter, r *http.Request) {
	if r.URL.Query().Get("settle") == "true" {
		debug.FreeOSMemory()
	}
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(heap)
	cpu, err := cpuSeconds()
	out := map[string]any{
		"cpu_seconds": cpu,
		"rss_bytes":   residentBytes(),
		"peak_bytes":  peakBytes(), // the most that rss_bytes ever was
		"heap_bytes":  heap[0].Value.Uint64(),
		"goroutines":  runtime.NumGoroutine(),
	}
	if s.Commits != nil {
		out["commits"] = s.Commits()
		out["syncs"] = out["commits"]
	}
	answer(w, r, http.StatusOK, out, err)
}
