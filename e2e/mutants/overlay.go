package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// mutate gives the source file with the fault in it.
func (m *mutant) mutate(root string) (string, error) {
	source, err := os.ReadFile(filepath.Join(root, m.file))
	if err != nil {
		return "", err
	}
	if n := strings.Count(string(source), m.old); n != 1 {
		return "", fmt.Errorf("%s: the text to be changed stands %d times in %s, not once; bring the table up to date:\n%s", m.name, n, m.file, m.old)
	}
	return strings.Replace(string(source), m.old, m.new, 1), nil
}

// overlay writes the faulty file and what tells the go command to take it in
// place of the right one (go help build, -overlay). It gives the path of the
// latter.
func (m *mutant) overlay(root, dir string) (string, error) {
	source, err := m.mutate(root)
	if err != nil {
		return "", err
	}
	original, err := filepath.Abs(filepath.Join(root, m.file))
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	faulty := filepath.Join(dir, "faulty.go")
	if err := os.WriteFile(faulty, []byte(source), 0o600); err != nil {
		return "", err
	}
	b, err := json.Marshal(map[string]any{"Replace": map[string]string{original: faulty}})
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "overlay.json")
	return path, os.WriteFile(path, b, 0o600)
}
