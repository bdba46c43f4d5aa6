// Command faultdoc answers: where do the error codes in docs/protocol.md come
// from? It writes the table between the two "faults" marks of the file given.
package main

import (
	"fmt"
	"log"
	"os"
	"strings"

	"madang/internal/fault"
)

const begin, end = "<!-- faults: written by go generate ./internal/fault -->\n", "<!-- /faults -->"

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: faultdoc FILE")
	}
	text, err := os.ReadFile(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		log.Fatalf("%s has no place for the table", os.Args[1])
	}
	if err := os.WriteFile(os.Args[1], []byte(before+begin+table()+end+after), 0o644); err != nil {
		log.Fatal(err)
	}
}

func table() string {
	var b strings.Builder
	b.WriteString("\n| Number | `code` | HTTP | Repeat? | Sentence |\n| --- | --- | --- | --- | --- |\n")
	for _, r := range fault.Rows {
		again := ""
		if r.Retry {
			again = "yes"
		}
		fmt.Fprintf(&b, "| %d | `%s` | %d | %s | %s |\n", r.Code, r.Name, r.Kind.Status(), again, r.Text)
	}
	b.WriteString("\n")
	return b.String()
}
