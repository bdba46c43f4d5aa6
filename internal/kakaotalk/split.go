package kakaotalk

import (
	"strings"

	"github.com/rivo/uniseg"
)

// Split cuts a text into pieces of at most most characters as people see them
// (grapheme clusters), never inside one. It prefers to cut after the last line
// break in the second half of a piece. The pieces put together are the text; an
// empty text gives one empty piece. A most below 1 counts as 1.
func Split(text string, most int) []string {
	most = max(most, 1)
	if len(text) <= most {
		return []string{text}
	}
	var pieces []string
	for text != "" {
		cut := firstPiece(text, most)
		pieces = append(pieces, text[:cut])
		text = text[cut:]
	}
	return pieces
}

// firstPiece is the length in bytes of the first piece of text.
func firstPiece(text string, most int) int {
	at, lineEnd, state := 0, 0, -1
	rest := text
	for n := 0; rest != ""; n++ {
		if n == most {
			if lineEnd > 0 {
				return lineEnd
			}
			return at
		}
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		at += len(cluster)
		if n >= most/2 && strings.HasSuffix(cluster, "\n") {
			lineEnd = at
		}
	}
	return at
}
