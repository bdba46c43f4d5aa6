// Command openapigen writes the OpenAPI document that the handlers make into a
// file, for review.
package main

import (
	"bytes"
	"log"
	"os"

	"madang/internal/httpapi"
)

func main() {
	var out bytes.Buffer
	if err := httpapi.Spec(&out); err != nil {
		log.Fatal(err)
	}
	if err := os.WriteFile(os.Args[1], out.Bytes(), 0o644); err != nil {
		log.Fatal(err)
	}
}
