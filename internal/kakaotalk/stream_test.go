package kakaotalk

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/go-quicktest/qt"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

func utf16Bytes(text string, big bool) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune("\ufeff" + text)) {
		if big {
			b = append(b, byte(u>>8), byte(u))
		} else {
			b = append(b, byte(u), byte(u>>8))
		}
	}
	return b
}

// The same export in another encoding, with other line ends, or without its
// last one, says the same.
func TestEncodings(t *testing.T) {
	for _, name := range []string{"windows-ko.txt", "android-ko.txt", "android-en.txt", "ios-ko.txt", "ios-en.txt", "mac.csv"} {
		raw, err := os.ReadFile(filepath.Join("testdata", name))
		qt.Assert(t, qt.IsNil(err))
		text := strings.ReplaceAll(strings.TrimPrefix(string(raw), "\ufeff"), "\r\n", "\n")
		show := func(b []byte) string {
			var out strings.Builder
			rep, err := Parse(bytes.NewReader(b), seoul, func(it Item) error {
				out.WriteString(show(it))
				return nil
			})
			qt.Assert(t, qt.IsNil(err))
			return showReport(rep) + out.String()
		}
		want := show([]byte(text))
		for form, b := range map[string][]byte{
			"BOM":           []byte("\ufeff" + text),
			"CR LF":         []byte(strings.ReplaceAll(text, "\n", "\r\n")),
			"BOM and CR LF": []byte("\ufeff" + strings.ReplaceAll(text, "\n", "\r\n")),
			"UTF-16 LE":     utf16Bytes(text, false),
			"UTF-16 BE":     utf16Bytes(strings.ReplaceAll(text, "\n", "\r\n"), true),
			"no last break": []byte(strings.TrimSuffix(text, "\n")),
		} {
			qt.Check(t, qt.Equals(show(b), want), qt.Commentf("%s in %s", name, form))
		}
	}
}

// A file that was put together from parts with different line ends is read
// again after a while.
func TestOtherLineEndsLaterOn(t *testing.T) {
	var b strings.Builder
	for i := range 10_000 {
		end := "\r\n"
		if i > 7000 {
			end = "\n"
		}
		fmt.Fprintf(&b, "2024년 12월 9일 오후 3:30, 바다 : 글 %d%s", i, end)
	}
	items, _ := parseAll(t, b.String())
	qt.Check(t, qt.Equals(len(items), 10_000-1000))
}

func TestLongTexts(t *testing.T) {
	long := strings.Repeat("가나다라 👨‍👩‍👧‍👦 ", 40_000) // one line, far above MaxTextBytes
	lines := strings.Repeat("줄\n\n", 200_000) + "끝"
	text := "--------------- 2024년 12월 9일 월요일 ---------------\n[하늘] [오후 2:30] " + long + "\n[바다] [오후 2:31] " + lines + "\n[들] [오후 2:32] 글\n"
	for name, text := range map[string]string{
		"windows": text,
		"mac":     "Date,User,Message\n2024-12-09 14:30:00,\"하늘\",\"" + long + "\"\n2024-12-09 14:31:00,\"바다\",\"" + lines + "\"\n2024-12-09 14:32:00,\"들\",\"글\"\n",
	} {
		items, rep := parseAll(t, text)
		whole := map[string]string{}
		for i, it := range items {
			qt.Check(t, qt.IsTrue(len(it.Text) <= MaxTextBytes))
			if it.Part > 0 {
				qt.Check(t, qt.Equals(it.Part, items[i-1].Part+1))
				qt.Check(t, qt.Equals(it.Line, items[i-1].Line))
			}
			whole[it.Speaker] += it.Text
		}
		qt.Check(t, qt.IsTrue(whole["하늘"] == long), qt.Commentf("%s", name))
		qt.Check(t, qt.IsTrue(whole["바다"] == lines), qt.Commentf("%s", name))
		qt.Check(t, qt.Equals(whole["들"], "글"), qt.Commentf("%s", name))
		qt.Check(t, qt.Equals(rep.Items, 3), qt.Commentf("%s", name))
		qt.Check(t, qt.Equals(rep.Lines.Total(), strings.Count(text, "\n")), qt.Commentf("%s", name))
		qt.Check(t, qt.Equals(rep.OddTotal, 1), qt.Commentf("%s", name))
	}
}

func TestBrokenBytes(t *testing.T) {
	items, rep := parseAll(t, "2024년 12월 9일 오후 3:30, 바다 : a\xff\xfeb\x00c\n")
	qt.Assert(t, qt.HasLen(items, 1))
	qt.Check(t, qt.Equals(items[0].Text, "a\uFFFDb\uFFFDc"))
	qt.Check(t, qt.Equals(rep.Odd[0].Reason, OddEncoding))
}

// endless gives the same bytes again and again.
type endless struct {
	unit []byte
	left int64
	at   int
}

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(int64(len(p)), e.left)], e.unit[e.at:])
	e.at = (e.at + n) % len(e.unit)
	e.left -= int64(n)
	return n, nil
}

// The heap stays small however long the file, its lines, its blank stretches
// and its minutes are.
func TestBoundedMemory(t *testing.T) {
	head := "--------------- 2024년 12월 9일 월요일 ---------------\n[하늘] [오후 2:30] 글\n"
	for name, unit := range map[string]string{
		"messages": "[하늘] [오후 2:30] 글\n[바다] [오후 2:30] 긴 글 긴 글 긴 글 긴 글 긴 글\n",
		"one line": "글",
		"lines":    "글\n",
		"blanks":   "\n",
		"odd":      "[하늘] [오후 2:99] 글\n",
	} {
		t.Run(name, func(t *testing.T) {
			const size = 12 << 20
			var before, after runtime.MemStats
			peak := uint64(0)
			n := 0
			runtime.GC()
			runtime.ReadMemStats(&before)
			r := io.MultiReader(strings.NewReader(head), &endless{unit: []byte(unit), left: size / int64(len(unit)) * int64(len(unit))})
			rep, err := Parse(r, seoul, func(it Item) error {
				if n++; n%(1<<16) == 1 {
					runtime.GC()
					runtime.ReadMemStats(&after)
					peak = max(peak, after.HeapAlloc)
				}
				return nil
			})
			qt.Assert(t, qt.IsNil(err))
			runtime.GC()
			runtime.ReadMemStats(&after)
			peak = max(peak, after.HeapAlloc)
			qt.Check(t, qt.IsTrue(peak < before.HeapAlloc+4<<20), qt.Commentf("%d bytes more", peak-before.HeapAlloc))
			qt.Check(t, qt.IsTrue(rep.Lines.Total() > 2))
		})
	}
}

// Above maxOrders different items a day, keys still differ.
func TestOrdersOverflow(t *testing.T) {
	var o orders
	it := Item{Time: time.Date(2024, 12, 9, 14, 30, 0, 0, seoul), Kind: KindText}
	seen := make(map[[16]byte]bool, maxOrders)
	for i := range maxOrders + 5000 {
		it.Text = fmt.Sprint(i)
		for range 1 + i/maxOrders {
			it.Order = o.next(it)
			k := it.Key()
			if seen[k] {
				t.Fatalf("two keys are equal at %d", i)
			}
			seen[k] = true
		}
	}
}

func TestSplit(t *testing.T) {
	family := "👨‍👩‍👧‍👦"
	for _, c := range []struct {
		text string
		most int
		want []string
	}{
		{"", 3, []string{""}},
		{"abc", 3, []string{"abc"}},
		{"abcd", 3, []string{"abc", "d"}},
		{family + family, 1, []string{family, family}},
		{"e\u0301e\u0301e\u0301", 2, []string{"e\u0301e\u0301", "e\u0301"}},
		{"a\r\nb", 2, []string{"a\r\n", "b"}},
		{"ab\ncdef", 4, []string{"ab\n", "cdef"}},
		{"a\nbcdefg", 4, []string{"a\nbc", "defg"}},
		{"abc", 0, []string{"a", "b", "c"}},
	} {
		qt.Check(t, qt.DeepEquals(Split(c.text, c.most), c.want), qt.Commentf("%q", c.text))
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("a가\n 👩\u200d👧\u0301🇰🇷\r")), 0, 60, -1).Draw(t, "text")
		most := rapid.IntRange(1, 20).Draw(t, "most")
		pieces := Split(text, most)
		if strings.Join(pieces, "") != text {
			t.Fatalf("%q is not %q", pieces, text)
		}
		total := 0
		for _, p := range pieces {
			n := uniseg.GraphemeClusterCount(p)
			if n > most {
				t.Fatalf("%q has %d characters", p, n)
			}
			total += n
		}
		if total != uniseg.GraphemeClusterCount(text) {
			t.Fatalf("%q was cut inside a character: %q", text, pieces)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	var text strings.Builder
	text.WriteString("--------------- 2024년 12월 9일 월요일 ---------------\n")
	for i := range 20_000 {
		fmt.Fprintf(&text, "[하늘 %d] [오후 %d:%02d] 오늘 저녁에 강가에서 만나요 %d\n", i%7, 1+i/2000, i/40%60, i)
		if i%5 == 0 {
			text.WriteString("둘째 줄도 있습니다\n")
		}
	}
	b.SetBytes(int64(text.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(strings.NewReader(text.String()), seoul, func(Item) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
