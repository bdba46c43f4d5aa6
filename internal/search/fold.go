package search

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// appendFolded appends the text in the form in which texts are compared: lower
// case, no difference of width, hiragana for katakana, and composed. What is
// folded is folded to itself.
//
// ASCII, Hangul syllables and ideographs, which nearly every text is made of,
// pass without a look into any table.
func appendFolded(b, text []byte) []byte {
	start := len(b)
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf {
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			b = append(b, c)
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		switch {
		case isSyllable(r), 0x3400 <= r && r <= 0x9fff:
			b = append(b, text[i:i+n]...)
		case needsNorm(r):
			// Marks join with what stands before them: begin anew.
			return appendNormal(b[:start], text)
		default:
			b = utf8.AppendRune(b, foldRune(r))
		}
		i += n
	}
	return b
}

// needsNorm reports runes that stand for others or join with others: marks,
// conjoining jamo, half-width kana and jamo, and what was made for
// compatibility. U+3099 and U+309A are the voicing marks of kana.
func needsNorm(r rune) bool {
	return 0x0300 <= r && r <= 0x036f || 0x1100 <= r && r <= 0x11ff || r == 0x3099 || r == 0x309a ||
		0xff61 <= r && r <= 0xffdc || 0x2460 <= r && r <= 0x24ff || 0x3200 <= r && r <= 0x33ff || 0xf900 <= r && r <= 0xfb06
}

// appendNormal is appendFolded for texts that need Unicode's tables.
func appendNormal(b, text []byte) []byte {
	normal := make([]byte, 0, len(text)+16)
	// Compatibility jamo are letters by themselves; the tables would make parts of
	// syllables of them.
	from := 0
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRune(text[i:])
		if 0x3131 <= r && r <= 0x318e {
			normal = norm.NFKC.Append(normal, text[from:i]...)
			normal = append(normal, text[i:i+n]...)
			from = i + n
		}
		i += n
	}
	normal = norm.NFKC.Append(normal, text[from:]...)
	for _, r := range string(normal) {
		b = utf8.AppendRune(b, foldRune(r))
	}
	return b
}

// foldRune folds one rune.
func foldRune(r rune) rune {
	switch {
	case 0x30a1 <= r && r <= 0x30f6: // katakana
		return r - 0x60
	case 0xff01 <= r && r <= 0xff5e: // full width
		r -= 0xfee0
	case r == 0x3000: // the space of ideographs
		return ' '
	case r == 'ı', r == 'İ': // both are i to people who type neither
		return 'i'
	case r == 'ς':
		return 'σ'
	case 0x1100 <= r && r <= 0x1112: // a consonant that no syllable holds
		return initials[r-0x1100]
	case 0x1161 <= r && r <= 0x1175:
		return 0x314f + r - 0x1161
	}
	return unicode.ToLower(r)
}
