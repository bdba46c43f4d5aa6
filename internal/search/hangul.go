package search

import "unicode/utf8"

// A Hangul syllable is U+AC00 + (initial × 21 + vowel) × 28 + final (The Unicode
// Standard, section 3.12).
const (
	firstSyllable = 0xac00
	lastSyllable  = 0xd7a3
	vowelCount    = 21
	finalCount    = 28
)

func isSyllable(r rune) bool { return firstSyllable <= r && r <= lastSyllable }

// initials are the consonants that a syllable can begin with, as letters by
// themselves, in the order of syllables; vowels and finals likewise. The first
// final is none.
var (
	initials = []rune("ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ")
	vowels   = []rune("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ")
	finals   = []rune("\x00ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
)

func index(list []rune, r rune) int {
	for i, x := range list {
		if x == r && r != 0 {
			return i
		}
	}
	return -1
}

// initialOf gives the consonant that a syllable begins with.
func initialOf(syllable rune) rune {
	return initials[(syllable-firstSyllable)/(vowelCount*finalCount)]
}

// keys are the letters of the two-set keyboard (KS X 5002) by the Latin letter
// of their key.
var keys = map[rune]rune{
	'q': 'ㅂ', 'w': 'ㅈ', 'e': 'ㄷ', 'r': 'ㄱ', 't': 'ㅅ', 'y': 'ㅛ', 'u': 'ㅕ', 'i': 'ㅑ', 'o': 'ㅐ', 'p': 'ㅔ',
	'a': 'ㅁ', 's': 'ㄴ', 'd': 'ㅇ', 'f': 'ㄹ', 'g': 'ㅎ', 'h': 'ㅗ', 'j': 'ㅓ', 'k': 'ㅏ', 'l': 'ㅣ',
	'z': 'ㅋ', 'x': 'ㅌ', 'c': 'ㅊ', 'v': 'ㅍ', 'b': 'ㅠ', 'n': 'ㅜ', 'm': 'ㅡ',
	'Q': 'ㅃ', 'W': 'ㅉ', 'E': 'ㄸ', 'R': 'ㄲ', 'T': 'ㅆ', 'O': 'ㅒ', 'P': 'ㅖ',
}

// keyOf is keys the other way round; typed is what two keys in a row make.
var (
	keyOf = func() map[rune]string {
		m := make(map[rune]string)
		for k, l := range keys {
			m[l] = string(k)
		}
		for pair, l := range typed {
			m[l] = m[pair[0]] + m[pair[1]]
		}
		return m
	}()
	typed = map[[2]rune]rune{
		{'ㅗ', 'ㅏ'}: 'ㅘ', {'ㅗ', 'ㅐ'}: 'ㅙ', {'ㅗ', 'ㅣ'}: 'ㅚ', {'ㅜ', 'ㅓ'}: 'ㅝ', {'ㅜ', 'ㅔ'}: 'ㅞ', {'ㅜ', 'ㅣ'}: 'ㅟ', {'ㅡ', 'ㅣ'}: 'ㅢ',
		{'ㄱ', 'ㅅ'}: 'ㄳ', {'ㄴ', 'ㅈ'}: 'ㄵ', {'ㄴ', 'ㅎ'}: 'ㄶ', {'ㄹ', 'ㄱ'}: 'ㄺ', {'ㄹ', 'ㅁ'}: 'ㄻ', {'ㄹ', 'ㅂ'}: 'ㄼ', {'ㄹ', 'ㅅ'}: 'ㄽ',
		{'ㄹ', 'ㅌ'}: 'ㄾ', {'ㄹ', 'ㅍ'}: 'ㄿ', {'ㄹ', 'ㅎ'}: 'ㅀ', {'ㅂ', 'ㅅ'}: 'ㅄ',
	}
)

// asTyped gives the Hangul that the keys of a Latin word make; ok is false when
// they make anything but whole syllables.
func asTyped(word string) (hangul string, ok bool) {
	letters := make([]rune, 0, len(word))
	for _, k := range word {
		l, ok := keys[k]
		if !ok {
			if l, ok = keys[k|0x20]; !ok || k > 'z' { // shift changes few keys
				return "", false
			}
		}
		letters = append(letters, l)
	}
	var out []rune
	for i := 0; i < len(letters); {
		first := index(initials, letters[i])
		if first < 0 || i+1 >= len(letters) {
			return "", false
		}
		vowel, n := longest(letters[i+1:], vowels)
		if vowel < 0 {
			return "", false
		}
		i += 1 + n
		// A consonant belongs to the next syllable when a vowel follows it.
		final, n := longest(letters[i:], finals)
		for n > 0 && i+n < len(letters) && index(vowels, letters[i+n]) >= 0 {
			n--
			if final = 0; n == 1 {
				final = index(finals, letters[i])
			}
		}
		out = append(out, firstSyllable+rune((first*vowelCount+vowel)*finalCount+max(final, 0)))
		if final >= 0 {
			i += n
		}
	}
	return string(out), len(out) > 0
}

// longest finds the letter of the list that one or two letters make, and how many
// it takes; the index is -1 when there is none.
func longest(letters, list []rune) (i, n int) {
	if len(letters) >= 2 {
		if l, ok := typed[[2]rune{letters[0], letters[1]}]; ok {
			if i := index(list, l); i >= 0 {
				return i, 2
			}
		}
	}
	if len(letters) >= 1 {
		if i := index(list, letters[0]); i >= 0 {
			return i, 1
		}
	}
	return -1, 0
}

// asKeys gives the Latin letters of the keys that make a Hangul word; ok is false
// when there is anything else in it.
func asKeys(word string) (latin string, ok bool) {
	var b []byte
	for _, r := range word {
		switch {
		case isSyllable(r):
			n := int(r - firstSyllable)
			b = append(b, keyOf[initials[n/(vowelCount*finalCount)]]...)
			b = append(b, keyOf[vowels[n/finalCount%vowelCount]]...)
			if f := n % finalCount; f > 0 {
				b = append(b, keyOf[finals[f]]...)
			}
		case keyOf[r] != "":
			b = append(b, keyOf[r]...)
		default:
			return "", false
		}
	}
	return string(b), len(b) > 0
}

// pattern finds words of which some syllables are given by their initial
// consonant alone.
type pattern []rune

// hasInitial reports whether a folded word holds a consonant by itself, which can
// stand for a syllable.
func hasInitial(word string) bool {
	for _, r := range word {
		if index(initials, r) >= 0 {
			return true
		}
	}
	return false
}

// in reports whether the pattern is found in a folded text.
func (p pattern) in(text []byte) bool {
	for len(text) > 0 {
		if p.at(text) {
			return true
		}
		_, n := utf8.DecodeRune(text)
		text = text[n:]
	}
	return false
}

func (p pattern) at(text []byte) bool {
	for _, want := range p {
		r, n := utf8.DecodeRune(text)
		if n == 0 || r != want && (!isSyllable(r) || initialOf(r) != want) {
			return false
		}
		text = text[n:]
	}
	return true
}
