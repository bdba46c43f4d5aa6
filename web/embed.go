// Package web answers: where does the browser client come from? It carries the
// built client inside the binary and serves it.
//
// The client itself is TypeScript under src/. `npm run build` writes dist/,
// which is embedded; without a build only a page that says so is served.
package web

import (
	"embed"
	"io/fs"
)

//go:embed all:dist
var dist embed.FS

// Files is the built client: index.html and what it loads.
func Files() fs.FS {
	files, err := fs.Sub(dist, "dist")
	if err != nil {
		panic(err) // dist is a literal above
	}
	return files
}
