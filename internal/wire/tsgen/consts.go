package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
	"time"

	"madang/internal/fault"
)

// limitsFile writes every exported number of the package. Durations become
// milliseconds and say so in their name.
func (s *source) limitsFile() string {
	var b strings.Builder
	b.WriteString(header)
	first := true
	s.specs(token.CONST, func(spec ast.Spec, doc *ast.CommentGroup) {
		for _, name := range spec.(*ast.ValueSpec).Names {
			c, ok := s.info.Defs[name].(*types.Const)
			if !ok || !c.Exported() || c.Val().Kind() != constant.Int {
				continue
			}
			duration := c.Type().String() == "time.Duration"
			if _, named := c.Type().(*types.Named); named && !duration {
				continue // a choice within Go, not a limit
			}
			if !first {
				b.WriteString("\n")
			}
			first = false
			value, _ := constant.Int64Val(c.Val())
			ident := lowerFirst(c.Name())
			if duration {
				value /= int64(time.Millisecond)
				ident += "Ms"
			}
			text := comment(doc, "")
			b.WriteString(strings.Replace(text, c.Name(), ident, 1))
			fmt.Fprintf(&b, "export const %s = %s;\n", ident, grouped(value))
		}
	})
	return b.String()
}

// grouped writes 131072 as 131_072.
func grouped(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "_" + s[i:]
	}
	return s
}

// faultsFile writes the names of the faults and which of them are worth
// another try. The sentences stay with the server and the language files.
func faultsFile() string {
	var b strings.Builder
	b.WriteString("// Generated from internal/fault by internal/wire/tsgen. Do not edit; run: go generate ./internal/wire/...\n\n")
	b.WriteString("/** The stable names of the faults, with their numbers. */\nexport const faults = {\n")
	for _, r := range fault.Rows {
		fmt.Fprintf(&b, "  %s: %s,\n", r.Name, grouped(int64(r.Code)))
	}
	b.WriteString("} as const;\n\n/** A fault by name. */\nexport type FaultCode = keyof typeof faults;\n\n")
	b.WriteString("/** Faults after which the very same request may succeed later. */\nexport const retryable: ReadonlySet<string> = new Set<FaultCode>([\n")
	for _, r := range fault.Rows {
		if r.Retry {
			fmt.Fprintf(&b, "  %q,\n", r.Name)
		}
	}
	b.WriteString("]);\n")
	return b.String()
}
