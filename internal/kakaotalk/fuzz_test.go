package kakaotalk

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// FuzzParse feeds strangers' bytes. Whatever they are: no panic, every line is
// accounted for once, every item is well formed, reading twice says the same.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.*")
	for _, file := range files {
		if b, err := os.ReadFile(file); err == nil && !strings.HasSuffix(file, ".golden") {
			f.Add(b)
		}
	}
	f.Add([]byte("[] [0:00]\n--- 1 Jan 2000 ---\n"))
	f.Add([]byte("Date,User,Message\n2021-12-29 20:36:00,\"a\",\"\"\"\n\"\n,\"\",\"\"\n2021-12-29 20:36:00,,"))
	f.Add([]byte("2024년 1월 1일 0:00,  : \r\n\n2024년 1월 2일 0:00\n\n2024년 1월 2일 0:00, a : b"))
	f.Add([]byte("저장한 날짜 : 2024-1-1\n0:00, a : b\n2024년 1월 1일 월요일\n0:00, a : b\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var items []Item
		rep, err := Parse(bytes.NewReader(data), seoul, func(it Item) error {
			items = append(items, it)
			return nil
		})
		if err != nil {
			if len(items) > 0 {
				t.Fatalf("refused after %d items: %v", len(items), err)
			}
			return
		}
		text, _, err := transform.Bytes(unicode.BOMOverride(transform.Nop), data)
		if err != nil {
			t.Fatal(err)
		}
		want := bytes.Count(text, []byte("\n"))
		if len(text) > 0 && text[len(text)-1] != '\n' {
			want++
		}
		if rep.Lines.Total() != want {
			t.Fatalf("%+v are %d lines of %d", rep.Lines, rep.Lines.Total(), want)
		}
		keys := map[[16]byte]bool{}
		whole, last := 0, 0
		lastDay, sorted := day(0), true
		for _, it := range items {
			if it.Part == 0 {
				whole++
				if it.Line <= last {
					t.Fatalf("line %d after %d", it.Line, last)
				}
				last = it.Line
			}
			if it.Kind == "" || it.Order < 1 || it.Time.IsZero() || len(it.Text) > MaxTextBytes ||
				!utf8.ValidString(it.Text) || !utf8.ValidString(it.Speaker) || strings.ContainsRune(it.Text, 0) {
				t.Fatalf("bad item %+v", it)
			}
			sorted = sorted && dayOf(it.Time) >= lastDay
			lastDay = dayOf(it.Time)
			if sorted && keys[it.Key()] {
				t.Fatalf("the key of %+v is taken", it)
			}
			keys[it.Key()] = true
		}
		if whole != rep.Items || rep.Lines.Item != whole {
			t.Fatalf("%d items, reported are %d on %d lines", whole, rep.Items, rep.Lines.Item)
		}
		if len(rep.Odd) > MaxOdd || len(rep.Odd) > rep.OddTotal {
			t.Fatalf("%d odd lines of %d", len(rep.Odd), rep.OddTotal)
		}
	})
}
