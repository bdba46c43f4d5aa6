package httpapi

import (
	"bytes"
	"os"
	"testing"

	"github.com/go-quicktest/qt"
)

// The document is what other people's programs are made from, so a change of it
// is reviewed: it stands in the same commit as the change of a handler.
func TestSpecIsTheReviewedOne(t *testing.T) {
	var made bytes.Buffer
	qt.Assert(t, qt.IsNil(Spec(&made)))
	reviewed, err := os.ReadFile("openapi.json")
	qt.Assert(t, qt.IsNil(err))
	if !bytes.Equal(made.Bytes(), reviewed) {
		t.Fatal("openapi.json is not what the handlers make; run go generate ./internal/httpapi and review the difference")
	}
}

func TestCheckDepth(t *testing.T) {
	deep := func(n int) string {
		return `{"a":"[[[[[[[[[[[[[[[[[[[[{{{{\"[","b":` + string(bytes.Repeat([]byte("["), n-1)) + string(bytes.Repeat([]byte("]"), n-1)) + "}"
	}
	qt.Check(t, qt.IsNil(checkDepth([]byte(deep(16)))))
	qt.Check(t, qt.ErrorMatches(checkDepth([]byte(deep(17))), "nests deeper than 16"))
	qt.Check(t, qt.IsNil(checkDepth(nil)))
}
