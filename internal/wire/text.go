package wire

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// TooManyGraphemes reports whether s has more than limit characters as people
// count them. No text has more characters than bytes or code points, so only
// long ones are segmented.
func TooManyGraphemes(s string, limit int) bool {
	if len(s) <= limit || utf8.RuneCountInString(s) <= limit {
		return false
	}
	state := -1
	for n := 0; len(s) > 0; n++ {
		if n == limit {
			return true
		}
		_, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
	}
	return false
}

// isLine reports whether s is one line of valid text of min to max characters.
// When there must be something, there must be something to see.
func isLine(s string, minLen, maxLen int) bool {
	if len(s) > 16*maxLen || !utf8.ValidString(s) || TooManyGraphemes(s, maxLen) {
		return false
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) {
		return false
	}
	return minLen == 0 || strings.TrimSpace(s) != ""
}

// IsTitle reports whether s can be the title of a room: one line of 1 to
// MaxTitleGraphemes characters.
func IsTitle(s string) bool { return isLine(s, 1, MaxTitleGraphemes) }

// IsEmoji reports whether s is one emoji: a single character as people count
// them that is meant as a picture, with its skin tones and joined parts.
func IsEmoji(s string) bool {
	if s == "" || len(s) > 64 || !utf8.ValidString(s) {
		return false
	}
	cluster, rest, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	return rest == "" && isPicture(cluster)
}

// isPicture tells emoji from letters within one cluster: pictographs and
// dingbats, flags, and digits made into keycaps (UTS #51, section 1.4).
func isPicture(cluster string) bool {
	first, n := utf8.DecodeRuneInString(cluster)
	switch {
	case strings.ContainsRune("0123456789#*", first):
		return strings.HasSuffix(cluster, "\u20e3")
	case first >= 0x1f1e6 && first <= 0x1f1ff:
		second, m := utf8.DecodeRuneInString(cluster[n:])
		return second >= 0x1f1e6 && second <= 0x1f1ff && n+m == len(cluster)
	}
	return unicode.Is(pictures, first)
}

// pictures are the code points that can begin an emoji: the Emoji property of
// Unicode 15.1 without digits and regional indicators, in ranges that take in
// symbols of the same blocks.
var pictures = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x00a9, 0x00a9, 1},
		{0x00ae, 0x00ae, 1},
		{0x203c, 0x203c, 1},
		{0x2049, 0x2049, 1},
		{0x2122, 0x2122, 1},
		{0x2139, 0x2139, 1},
		{0x2194, 0x2199, 1},
		{0x21a9, 0x21aa, 1},
		{0x231a, 0x231b, 1},
		{0x2328, 0x2328, 1},
		{0x23cf, 0x23cf, 1},
		{0x23e9, 0x23f3, 1},
		{0x23f8, 0x23fa, 1},
		{0x24c2, 0x24c2, 1},
		{0x25aa, 0x25ab, 1},
		{0x25b6, 0x25b6, 1},
		{0x25c0, 0x25c0, 1},
		{0x25fb, 0x25fe, 1},
		{0x2600, 0x27bf, 1},
		{0x2934, 0x2935, 1},
		{0x2b05, 0x2b07, 1},
		{0x2b1b, 0x2b1c, 1},
		{0x2b50, 0x2b50, 1},
		{0x2b55, 0x2b55, 1},
		{0x3030, 0x3030, 1},
		{0x303d, 0x303d, 1},
		{0x3297, 0x3297, 1},
		{0x3299, 0x3299, 1},
	},
	R32: []unicode.Range32{
		{0x1f004, 0x1f004, 1},
		{0x1f0cf, 0x1f0cf, 1},
		{0x1f170, 0x1f171, 1},
		{0x1f17e, 0x1f17f, 1},
		{0x1f18e, 0x1f18e, 1},
		{0x1f191, 0x1f19a, 1},
		{0x1f201, 0x1f202, 1},
		{0x1f21a, 0x1f21a, 1},
		{0x1f22f, 0x1f22f, 1},
		{0x1f232, 0x1f23a, 1},
		{0x1f250, 0x1f251, 1},
		{0x1f300, 0x1f64f, 1},
		{0x1f680, 0x1f6ff, 1},
		{0x1f7e0, 0x1f7eb, 1},
		{0x1f7f0, 0x1f7f0, 1},
		{0x1f90c, 0x1f9ff, 1},
		{0x1fa70, 0x1faff, 1},
	},
}
