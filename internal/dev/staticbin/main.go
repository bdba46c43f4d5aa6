// Command staticbin answers: does a program run on a machine that has nothing but a kernel?
//
//	staticbin FILE
//
// It fails when the ELF file asks for a dynamic loader or a shared library, which a dependency can
// bring about even with cgo switched off.
package main

import (
	"debug/elf"
	"fmt"
	"os"
	"slices"
	"strings"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: staticbin FILE")
		os.Exit(2)
	}
	if err := check(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "staticbin: %s: %v\n", os.Args[1], err)
		os.Exit(1)
	}
	fmt.Println(os.Args[1], "is statically linked")
}

func check(path string) error {
	file, err := elf.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	if slices.ContainsFunc(file.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }) {
		return fmt.Errorf("asks for a dynamic loader (PT_INTERP); look for purego or cgo among its packages")
	}
	libraries, err := file.ImportedLibraries()
	if err != nil {
		return fmt.Errorf("read its libraries: %w", err)
	}
	if len(libraries) > 0 {
		return fmt.Errorf("needs %s", strings.Join(libraries, ", "))
	}
	return nil
}
