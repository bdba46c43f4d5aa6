package search

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/go-quicktest/qt"
	"pgregory.net/rapid"
)

func TestQuery(t *testing.T) {
	for _, c := range []struct {
		query, text string
		want        bool
	}{
		// Korean, by any part of a word.
		{"회의", "내일 회의록을 보내요", true},
		{"의록", "내일 회의록을 보내요", true},
		{"결제", "결재 서류", false},
		{"회", "회의", true},
		// By initial consonants, also mixed, and as they stand.
		{"ㅎㅇ", "오늘 회의 있어요", true},
		{"회ㅇ", "오늘 회의 있어요", true},
		{"ㅎㅇㄹ", "회의록", true},
		{"ㅎㅇ", "한국 음식", false}, // two words
		{"ㅎㅇ", "환영합니다", true},
		{"ㅋㅋ", "아 ㅋㅋㅋ", true},
		{"ㄲ", "꽃", true},
		{"ㄱ", "꽃", false},
		// With the wrong keyboard.
		{"ghldml", "오늘 회의", true},
		{"GHLDML", "오늘 회의", true},
		{"rufwp", "결제 완료", true},
		{"dkssudgktpdy", "안녕하세요", true},
		{"ekfr", "닭", true},
		{"ekfrdl", "닭이", true},
		{"rhksfl", "관리", true},
		{"Tkqkf", "쌔발", false},
		{"Qkd", "빵", true},
		{"ㅗ디ㅣㅐ", "say hello", true},
		{"ㅡㅁㅇ무ㅎ", "Madang", true},
		{"hello", "say hello", true},
		// Japanese: by any part, and in either kana.
		{"東京", "東京タワーへ行く", true},
		{"京タ", "東京タワーへ行く", true},
		{"たわー", "東京タワーへ行く", true},
		{"タワー", "とうきょうたわー", true},
		{"ガ", "ｶﾞｯｺｳ", true},
		{"がっこう", "ｶﾞｯｺｳ", true},
		{"が", "カ", false},
		// Chinese.
		{"会议", "明天的会议改到下午", true},
		{"议改", "明天的会议改到下午", true},
		{"會議", "明天的会议改到下午", false},
		{"會", "開會", true},
		// Case, width, composition.
		{"madang", "ＭＡＤＡＮＧ", true},
		{"ＭＡＤＡＮＧ", "madang", true},
		{"ÉTÉ", "l'été", true},
		{"été", "l'e\u0301te\u0301", true},
		{"회의", "회의", true}, // of conjoining jamo
		{"İstanbul", "istanbul", true},
		{"ΟΔΟΣ", "οδός", false},
		{"ΟΔΌΣ", "οδός", true},
		{"100%", "１００％", true},
		// Several words, in any order; in a row with quotes.
		{"회의 내일", "내일 회의", true},
		{"회의 모레", "내일 회의", false},
		{`"내일 회의"`, "내일 회의", true},
		{`"회의 내일"`, "내일 회의", false},
		{`"`, `say "so`, true},
		{"🎉", "축하 🎉🎉", true},
		{"", "anything", true},
		{"   ", "anything", true},
		{"x", "", false},
	} {
		q, err := Parse(c.query)
		qt.Assert(t, qt.IsNil(err))
		qt.Check(t, qt.Equals(q.In([]byte(c.text)), c.want), qt.Commentf("%q in %q", c.query, c.text))
	}
}

func TestQueryLimits(t *testing.T) {
	_, err := Parse(strings.Repeat("가", maxQuery+1))
	qt.Check(t, qt.IsNotNil(err))
	_, err = Parse(strings.Repeat("a ", maxTerms+1))
	qt.Check(t, qt.IsNotNil(err))
}

// Every word of Hangul can be typed with the keyboard set to Latin.
func TestWrongKeyboard(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		word := string(rapid.SliceOfN(rapid.RuneFrom(nil, syllables), 1, 6).Draw(rt, "word"))
		latin, ok := asKeys(word)
		if !ok {
			rt.Fatalf("%s has no keys", word)
		}
		// What is typed may be another word with the same keys: ㄱ+ㅅ is ㄳ or the
		// end of one syllable and the beginning of the next.
		back, ok := asTyped(latin)
		if !ok {
			rt.Fatalf("%s is typed %s, which is no Hangul", word, latin)
		}
		if again, _ := asKeys(back); again != latin {
			rt.Fatalf("%s is typed %s, which reads %s", word, latin, back)
		}
		if q, err := Parse(latin); err != nil || back == word && !q.In([]byte("x"+word+"y")) {
			rt.Fatalf("%s is not found by %s", word, latin)
		}
	})
}

// A word is found by its initial consonants wherever it stands.
func TestInitials(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		word := rapid.SliceOfN(rapid.RuneFrom(nil, syllables), 1, 5).Draw(rt, "word")
		var typed []rune
		for _, r := range word {
			if rapid.Bool().Draw(rt, "initial") {
				r = initialOf(r)
			}
			typed = append(typed, r)
		}
		text := rapid.String().Draw(rt, "before") + string(word) + rapid.String().Draw(rt, "after")
		q, err := Parse(string(typed))
		if err != nil || !q.In([]byte(strings.ToValidUTF8(text, ""))) {
			rt.Fatalf("%s is not found in %q", string(typed), text)
		}
	})
}

func FuzzQuery(f *testing.F) {
	f.Add("ㅎㅇ ghldml \"a b\"", "회의 ｶﾞ e\u0301 \xff")
	f.Fuzz(func(t *testing.T, query, text string) {
		folded := appendFolded(nil, []byte(text))
		if utf8.ValidString(text) && !utf8.Valid(folded) {
			t.Fatalf("%q is folded to bytes that are no text", text)
		}
		q, err := Parse(query)
		if err != nil {
			return
		}
		found := q.In([]byte(text))
		if utf8.ValidString(text) && q.In(folded) != found {
			t.Fatalf("%q is found in %q (%v), but not in its folded form %q", query, text, found, folded)
		}
	})
}

func BenchmarkIn(b *testing.B) {
	q, err := Parse("회의록")
	qt.Assert(b, qt.IsNil(err))
	text := []byte("내일 오후 세 시에 회의실에서 만나요. 자료는 메일로 보냈습니다. See you there!")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if q.In(text) {
			b.Fatal("found")
		}
	}
}

var syllables = &unicode.RangeTable{R16: []unicode.Range16{{Lo: firstSyllable, Hi: lastSyllable, Stride: 1}}}
