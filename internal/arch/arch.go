// Package arch answers: does the code still have the shape that was decided?
//
// It has tests only. Each keeps a rule that would otherwise need a reviewer who remembers it: the
// arrows between packages, a package comment everywhere, versions that must agree, the table of
// faults, words that do not belong in a public repository.
package arch
