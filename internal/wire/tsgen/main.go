// Tsgen answers: how does the web client know the shapes that travel? It reads
// the Go source of package wire and the table of package fault and writes them
// as TypeScript: types.ts, limits.ts and faults.ts.
//
// The output is committed. A test writes it again and compares.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

//go:generate go run . -wire .. -out ../../../web/src/wire

func main() {
	wireDir := flag.String("wire", "..", "folder of package wire")
	out := flag.String("out", "../../../web/src/wire", "folder to write to")
	flag.Parse()
	if err := run(*wireDir, *out); err != nil {
		fmt.Fprintln(os.Stderr, "tsgen:", err)
		os.Exit(1)
	}
}

func run(wireDir, out string) error {
	files, err := generate(wireDir)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(out, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generate gives the text of every file by its name.
func generate(wireDir string) (map[string]string, error) {
	src, err := load(wireDir)
	if err != nil {
		return nil, err
	}
	types, err := src.typesFile()
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"types.ts":  types,
		"limits.ts": src.limitsFile(),
		"faults.ts": faultsFile(),
	}, nil
}
